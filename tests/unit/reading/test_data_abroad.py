"""Personal data as other countries write them, and what only resembles them."""

import pytest

from tests.unit.reading.draft_reading import kinds, kinds_here


@pytest.mark.parametrize(
    "text",
    [
        "Nous avons essayé le 06 39 98 00 18",
        "appelez-la au 06.39.98.12.34",
        "Sie erreichen ihn unter 030 23125 077",
        "Su móvil es 612 345 678",
        "Chiami il 347 123 4567",
        "Zadzwonimy pod 512 345 678 jutro",
        "Ligue para: 912 345 678",
        "0491 570 156 for him",
        "087 123 4567 is the farmer's",
        "It's (617) 555-0143",
        "617.555.0118",
        "Call 212-555-0147 for the papers",
        "+353 85 012 3456",
        "+91 98765 43210",
        "00 48 512 345 678",
    ],
)
def test_numbers_of_other_countries_are_found(text: str) -> None:
    """Written as at home, or with the country's code, they ring somewhere."""
    assert ["phone"] == kinds_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "0710 0840 1010 1240",
        "07.10 08.40 10.10 12.40",
        "Temperatures 07 08 11 12 09",
        "01 07 12 23 34",
        "Bin 0199 4471 203",
        "Job 20241103-0940-77, 38 gullies",
        "Serial number 0047-118-2291",
        "123 456 789 visitors",
        "NHS inform is on 0800 22 44 88",
        "The police at 0131 496 0999 can help",
    ],
)
def test_rows_of_figures_are_no_numbers_of_other_countries(text: str) -> None:
    """Almost any row of figures is a number somewhere, so its groups must be right."""
    assert [] == kinds_here(text)


def test_numbers_of_other_countries_wait_to_be_asked_for() -> None:
    """A body that lists no other country is not told of their numbers."""
    assert [] == kinds("Nous avons essayé le 06 39 98 00 18")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("national_id", "z numerem PESEL 44051401359"),
        ("national_id", "nr PESEL 44 05 14 01359"),
        ("national_id", "con el DNI 12345678Z"),
        ("national_id", "NIE: X1234567L"),
        ("national_id", "le 2 95 10 99 126 111 93"),
        ("national_id", "RCCMNL83S18D969H"),
        ("national_id", "PPS number 1234567FA"),
        ("national_id", "Her BSN is 111222333"),
        ("national_id", "SSN 078-05-1120"),
        ("national_id", "Steuer-ID 86 095 742 719"),
        ("national_id", "rijksregisternummer 93.05.18-223.61"),
        ("national_id", "prisoner number A1234BC"),
        ("passport", "paszport nr ZS0000177"),
        ("passport", "Reisepass C01X00T47"),
        ("passport", "the groom's passport, number 925665416"),
        ("driving_licence", "Your driving licence number is 657054SM9"),
        ("health_number", "Her hospital number is 1234567"),
        ("payment_card", "paid by 3530111333300000"),
        ("payment_card", "CVV 123"),
        ("bank_account", "her bank account 55779911 was credited"),
        ("iban", "FR14 2004 1010 0505 0001 3M02 606"),
        ("iban", "ES91-2100-0418-4502-0005-1332"),
        ("date_of_birth", "geboren am 14.03.1962"),
        ("date_of_birth", "née le 14/03/1962"),
        ("date_of_birth", "Nacida el 14 de marzo de 1962"),
        ("date_of_birth", "Ganwyd ar 14 Mawrth 1962"),
        ("vehicle_plate", "der Wagen mit dem Kennzeichen HH-AB 1234"),
        ("vehicle_plate", "La voiture AB-123-CD est garée"),
        ("vehicle_plate", "El coche 1234 BCD"),
        ("vehicle_plate", "Samochód WA 12345 stoi na chodniku"),
        ("vehicle_plate", "We traced it: 191-D-45672"),
        ("vehicle_plate", "the lorry registered KNZ 4821"),
        ("address", "Ihre neue Anschrift, Ahornweg 14, ist notiert"),
        ("address", "elle habite 14 rue des Lilas"),
        ("address", "Vive en la calle Mayor 12"),
        ("address", "Abita in Via Garibaldi 22"),
        ("address", "ul. Kwiatowa 7 m. 3"),
        ("address", "Storgatan 12"),
    ],
)
def test_data_of_other_countries_are_found(kind: str, text: str) -> None:
    """Named in their own language, or sure by their check digits, they are data here too."""
    assert [kind] == kinds_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "PESEL jest potrzebny do wniosku",
        "DNI o pasaporte, y 12 euros",
        "nie ma 123456 złotych",
        "14 dni roboczych, 10 dni na odwołanie",
        "You need a passport or a driving licence, and £82.50",
        "Take your passport, 2 photos and £85",
        "passport application 123456789 is closed",
        "hospital parking £2.50, 12345 patients a year",
        "Rathaus, Marktplatz 1",
        "la bibliothèque, 4 rue des Écoles",
        "biblioteka, ul. Szkolna 5",
        "Am Montag 14 Uhr, im Jahr 2025",
        "Der Parkplatz 12 ist zu",
        "Spring 2025, autumn 2026",
        "via Mill Lane 22 minutes",
        "van model T6, Euro 6",
        "EIR 2004 reg 10(4)(b)",
        "the car ferry MV 2100",
        "library card 30117 0083 2214",
        "13-07-25 12345678",
        "PCN MB12345678 for the car was cancelled",
        "Model MB23 ECO, if the van fits",
        "the gritter, 5 L cans and 240 L bins",
        "Cars use junction 29A of the M90",
        "Anyone born after 1 January 2007",
        "On this day the poet was born on 3 May 1921",
        "Our oldest penguin was born on 14 April 2001",
        "Have your NHS number and date of birth ready",
    ],
)
def test_what_resembles_data_of_other_countries_is_left_alone(text: str) -> None:
    """A name without its number, and a number without its name, tell of nobody."""
    assert [] == kinds_here(text)
