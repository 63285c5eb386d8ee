"""Finding personal data, and leaving alone what only looks like it."""

import pytest

from tests.unit.reading.draft_reading import kinds, read

HIDDEN = "\u200b"


@pytest.mark.parametrize(
    "text",
    [
        "Call her on 07700 900123.",
        "Mobile 07700900123",
        "Ring +44 7700 900 123 or",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "It is 447700900123",
        "(01632) 960123",
        "020 7946 0123",
        "tel:01632-960-123",
        "Tel 01632.960.123",
        "Phone Mrs Jones (07700-900123) about it",
        "07700/900123",
        "07700_900_123",
        "077 00 900 123",
        "The number is 0131 496 0123, ask for Kim",
        "Call me on 960123",
        "Abroad, +1 555 010 0199 answers",
        "Rydym wedi ffonio 07700 900456",
        "https://wa.me/447700900123",
    ],
)
def test_a_telephone_number_is_found(text: str) -> None:
    """However people write a number, it is one."""
    assert ["phone"] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "O77OO 9OO123",
        "o77oo 9oo l23",
        "0 7 7 0 0 9 0 0 1 2 3",
        "０７７００ ９００１２３",
        "𝟎𝟕𝟕𝟎𝟎 𝟗𝟎𝟎𝟏𝟐𝟑",
        "٠٧٧٠٠٩٠٠١٢٣",
        "0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e3900123",
        f"077{HIDDEN}00 900{HIDDEN}123",
        "07700•900•123",
        "07700, 900, 123",
        "07700\n900123",
        "0*7*7*0*0*9*0*0*1*2*3",
        "0\u03367\u03367\u03360\u03360\u0336900123",
        "07700\N{NON-BREAKING HYPHEN}900123",
        "oh seven seven double-oh nine double oh one two three",
        "oh seven seven hundred, nine hundred, one two three",
        "zero seven seven zero zero nine zero zero one two three, one of our team",
        "07700 nine hundred one two three",
        "dim saith saith dim dim naw dim dim un dau tri",
    ],
)
def test_a_disguised_telephone_number_is_found(text: str) -> None:
    """What a reader can dial is found, whatever it is made of."""
    assert ["phone"] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your reference is 01234567890.",
        "Your case number is 1234567890, please quote it.",
        "Order number 100200300400",
        "Bin 1234 5678 is due.",
        "Invoice INV-01632960123",
        "#07700900123",
        "Call 101 or 999, or 111. Samaritans answer on 116 123.",
        "Crimestoppers: 0800 555 111",
        "Text 60777 to join",
        "Call 101, 111 or 999",
        "Ring the two lines, 123,\n456 of them",
        "Call us on 0300 123 4567, 01632 960000 or 020 7946 0000",
        "+44 1632 960000 is our number",
        "Open 0900-1700, 10.00-16.00 on Saturdays",
        "The meeting is on 03/12/2026 at 18:30.",
        "01.02.2024 10:00",
        "2026-12-03 2026-12-04",
        "The price is £12.50, up from £11,250.75 in 2024.",
        "Budgets of 2024 2025 2026 came to 1 250 000 pounds",
        "Timetable 0700 0730 0800 0830",
        "Lat 55.9533456, long -3.1883456",
        "UPRN 100012345678",
        "Lottery 01 02 03 04",
        "One in five, two in ten, three four five.",
        "Two thousand five hundred people came, and one hundred and twenty dogs.",
        "https://council.example/news/07700900123",
        "Planning application 24/01234/FUL",
        "ISBN 978-0-306-40615-7",
    ],
)
def test_figures_of_ordinary_replies_are_no_telephone_numbers(text: str) -> None:
    """References, dates, prices and the numbers of organisations tell of nobody."""
    assert [] == kinds(text)


def test_numbers_of_other_regions_are_known_where_they_are_asked_for() -> None:
    """A body's own plan is read first, and others beside it."""
    text = "It is (212) 555-0123"

    assert ["phone"] == kinds(text, ("GB", "US"))
    assert ["phone"] == kinds("06 12 34 56 78", ("FR",))
    assert [] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "jo.bloggs@example.org",
        "Write to jo at example dot org",
        "name [at] example [dot] org",
        "jo(at)example.org",
        "jo.bloggs at example.org",
        "jo＠example．org",
        "jо@ехample.org",
        "jo @ example.org",
        f"jo@{HIDDEN}example.org",
        "jo dot bloggs at example dot co dot uk",
        "Email jo at example.org",
        "mailto:jo@example.org",
        "https://form.example/?who=jo@example.org",
        "jo-at-example-dot-org",
        "jo@example . org",
        "jo at example.org is her email",
        "jo@notcouncil.example",
    ],
)
def test_an_email_address_is_found(text: str) -> None:
    """Plain or disguised, an address that can be written to is one."""
    assert ["email"] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "email help@council.example",
        "email kim@parks.council.example",
        "Write to help at council dot example",
        "Follow @council@social.example and @mercat",
        "Look at example.org for more.",
        "Please look online at council dot example",
        "The 5 pm meeting is at St.Ninian's",
        "We met at 10.30 at the library",
        "Meet us @ the library",
        "See you @ library . More soon",
    ],
)
def test_handles_and_web_addresses_are_no_email_addresses(text: str) -> None:
    """Own addresses, handles and what stands after an ordinary at are left alone."""
    assert [] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "We sent a crew to EH1 2AB yesterday",
        "your home at AB12 3CD",
        "eh12ab",
        "SW1A 1AA",
        "Your postcode is m1 1aa",
        "postcode ZZ99 3VZ",
        f"EH1{HIDDEN} 2AB",
        "ＥＨ１ ２ＡＢ",
        "The library is shut. You live at EH1 2AB.",
    ],
)
def test_a_postcode_is_found(text: str) -> None:
    """A few homes share a postcode, so it tells of a person."""
    assert ["postcode"] == kinds(text)


@pytest.mark.parametrize("text", ["12 Harbour Row", "Flat 3, 14 High Street", "1 Stryd y Groes"])
def test_a_street_address_is_found(text: str) -> None:
    """A house number before a street's name is somebody's door."""
    assert ["address"] == kinds(f"You live at {text}, I think")


@pytest.mark.parametrize(
    "text",
    [
        "The library, 12 High Street, AB1 2CD opens at 9am.",
        "Visit the Town Hall, High Street, Mercatburgh AB12 3CD",
        "Dewch i Lyfrgell y Dref, neu i Neuadd y Dref, Stryd Fawr, CF10 3AT",
        "The A90 and M25 are closed, EH12 and EH13 too.",
        "M8 7AM TO 9AM, M1 2nd exit, M8 4TH",
        "Ref EH12AB",
        "Phase 2 Mill Lane works start 3 December. Bus 22 High Street.",
        "From 12 December Mill Lane will be closed",
        "Column 14 High Street is out",
        "The pothole outside 14 High Street is mended",
        "High Street is closed",
    ],
)
def test_public_places_are_no_homes(text: str) -> None:
    """Public buildings, roads, works and lamp posts may be named."""
    assert [] == kinds(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("nhs_number", "NHS number 943 476 5919"),
        ("nhs_number", "943 476 5919"),
        ("nhs_number", "your nhs no. is 9434765910"),
        ("nhs_number", "nine four three four seven six five nine one nine"),
        ("chi_number", "CHI number 0101701234"),
        ("national_insurance_number", "QQ 12 34 56 C"),
        ("national_insurance_number", "AB123456C"),
        ("national_insurance_number", "NI number: AB 12 34 56"),
        ("iban", "GB82 WEST 1234 5698 7654 32 thanks"),
        ("iban", "to GB82WEST12345698765432."),
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("iban", "IBAN: GB00 WEST 1234 5698 7654 32"),
        ("payment_card", "4111 1111 1111 1111"),
        ("payment_card", "4111-1111-1111-1111 12/27"),
        ("payment_card", "card 3782 822463 10005"),
        ("payment_card", "4242.4242.4242.4242"),
        ("payment_card", "5555555555554444"),
        ("payment_card", "４１１１ １１１１ １１１１ １１１１"),
        ("date_of_birth", "DOB 12/03/1984"),
        ("date_of_birth", "born on 12 March 1984"),
        ("driving_licence", "BLOGG812315JB9AB"),
        ("passport", "passport number 123456789"),
        ("national_id", "UTR 12345 67890"),
    ],
)
def test_numbers_that_name_a_person_are_found(kind: str, text: str) -> None:
    """A right check digit gives a number away, and so does its name before it."""
    assert [kind] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sort code 12-34-56, account 12345678",
        "Pay 20-00-00 55779911",
        "55779911 (sort code 200000)",
        "s/c 20 00 00 a/c 55779911",
        "We pay into 09-01-28 12345678",
    ],
)
def test_a_bank_account_is_found_with_its_sort_code(text: str) -> None:
    """Sort code and account number are told one by one, whichever stands first."""
    assert ["bank_account"] * 2 == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5910",
        "4111 1111 1111 1112",
        "Tracking number 1234567890123",
        "GB00 WEST 1234 5698 7654 32",
        "Ref FS24/123456789",
        "Reference AB123456C",
        "The grant is 12345678 and the charity number 1234567",
        "Contract 12-34-56 runs on",
        "Tender 2024-000123-45",
        "The bridge, built on 12 March 1884, is shut.",
    ],
)
def test_numbers_that_fail_their_check_are_left_alone(text: str) -> None:
    """A wrong check digit without a name before it is some other number."""
    assert [] == kinds(text)


def test_numbers_of_other_countries_are_found_in_their_regions() -> None:
    """A region's own identity numbers are looked for where the body asks."""
    text = "Her number is 44051401359"

    assert ["national_id"] == kinds(text, ("PL",))
    assert [] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "The van AB12 CDE was parked",
        "AB12CDE",
        "your car, reg ab12 cde",
        "The car AB 12 CDE",
        "vehicle A123 BCD",
        "a car, ABC 123D",
        "registration 1234 AB",
        f"AB{HIDDEN}12 CDE",
    ],
)
def test_a_vehicle_plate_is_found(text: str) -> None:
    """Plates of today's form are found anywhere, older ones beside a vehicle."""
    assert ["vehicle_plate"] == kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "ON THE A90 AND THE M8",
        "EH12 AND EH13",
        "eh12 and eh13",
        "Grit bin GB1234",
        "Case FS24 ABC",
        "AT 12 THE hall opens",
        "ABC 123D",
        "Cars use the A90 and the A92",
        "COP26 and G20 met",
    ],
)
def test_roads_and_districts_are_no_plates(text: str) -> None:
    """What has letters and figures is not thereby a plate."""
    assert [] == kinds(text)


def test_a_finding_names_its_place_in_what_was_written() -> None:
    """Places count the characters of the draft, hidden ones included."""
    text = f"Ring {HIDDEN}０7700 900{HIDDEN}123 now"

    (datum,) = read(text).personal_data

    assert f"０7700 900{HIDDEN}123" == text[datum.start : datum.end]
    assert "text" == datum.where


@pytest.mark.parametrize(
    ("masked", "text"),
    [
        ("07700 ******", "07700 900123"),
        ("07700******", "oh seven seven double oh nine double oh one two three"),
        ("***@***.org", "jo at example dot org"),
        ("4111 **** **** ****", "4111 1111 1111 1111"),
        ("EH* ***", "EH1 2AB"),
        ("GB82 **** **** **** **** **", "GB82 WEST 1234 5698 7654 32"),
        ("AB** ***", "AB12 CDE"),
        ("** Harbour Row", "12 Harbour Row"),
        ("****** ***** ******* ***", "at twenty three Harbour Row"),
        ("MO*** ****** *****", "licence MORGA 657054 SM9IJ"),
        ("**/**/****", "DOB 12/03/1984"),
    ],
)
def test_a_finding_masks_what_it_found(masked: str, text: str) -> None:
    """Enough is left to recognise a datum by, too little to use it."""
    (datum,) = read(text).personal_data

    assert masked.lower() == datum.excerpt_masked.lower()


def test_a_text_with_hundreds_of_numbers_says_that_not_all_was_weighed() -> None:
    """Work is bounded, and the draft says so rather than pass for read."""
    assert read("07700 900123 " * 1_000).is_cut
    assert read("1/" * 5_000).is_cut
    assert not read("07700 900123 " * 20).is_cut
