"""Personal data behind disguises: what a reader takes for what it stands for."""

import pytest

from tests.unit.reading.draft_reading import kinds_here

HIDDEN = "\u200b"
TURNED = "\u202e"


@pytest.mark.parametrize(
    "text",
    [
        "07700 [space] 900618",
        "07700 | 900 | 618",
        "07700:900:618",
        "07700=900=618",
        "07700 \u260e 900 \u260e 618",
        "\U0001f4de07700900618",
        "077\u00ad00 900\u00ad618",
        "07700\u2014900\u2014618",
        "01632 960 6 1 8",
        "०७७०० ९००६१८",
        "⓪⑦⑦⓪⓪ ⑨⓪⓪⑥①⑧",
        "⁰⁷⁷⁰⁰ ⁹⁰⁰⁶¹⁸",
        "07700 90O6l8",
        "零七七零零九零零六一八",
        f"ring {TURNED}816 009 00770\u202c",
        "Read this backwards: 816009 00770",
        "zero7seven00-nine-00-618",
        "zero double seven zero zero, nine hundred, six one eight",
        "double zero four four, double seven double zero, nine double zero, six one eight",
        "plus forty-four seven seven double oh nine double oh six one eight",
        "It starts 01632 and ends 960 618",
        "first 07700 and after that 900618",
        "07700, then 900, then 618",
        "zéro six trois neuf neuf huit quatre un deux sept",
        "null sieben sieben null null neun null null sechs eins acht",
        "cero siete siete cero cero nueve cero cero seis uno ocho",
    ],
)
def test_a_number_in_disguise_is_found(text: str) -> None:
    """Separators, other figures, words in several languages and turned text hide no number."""
    assert ["phone"] == kinds_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "moira dot kerr at letterbox dot example",
        "moira_kerr[AT]letterbox[DOT]example",
        "moira.kerr@letterbox,example",
        "moirakerrATletterboxDOTexample",
        "m o i r a @ l e t t e r b o x . e x a m p l e",
        "m-o-i-r-a-@-l-e-t-t-e-r-b-o-x-.-e-x-a-m-p-l-e",
        "moirа.kerr@lеtterbox.example",
        f"moira.kerr{HIDDEN}@{HIDDEN}letterbox.example",
        "moira.kerr{at}letterbox.example",
        "moira.kerr&#64;letterbox.example",
        "moira.kerr%40letterbox.example",
        "moira.kerr(a)letterbox.example",
        "moirakerr61 at gmail",
        "moira.kerr arroba letterbox punto example",
        "moira.kerr arobase letterbox point example",
        "moira.kerr małpa letterbox kropka example",
        '"moira" at letterbox dot co dot uk',
        "moira underscore kerr at letterbox dot org",
        "moira at the rate of letterbox dot com",
        f"{TURNED}elpmaxe.xobrettel@rrek.ariom",
    ],
)
def test_a_mail_address_in_disguise_is_found(text: str) -> None:
    """Spelt signs, gaps, look-alike letters and turned text hide no address."""
    assert ["email"] == kinds_here(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("postcode", "E H 6 0 3 Q P"),
        ("postcode", "ЕН60 3QР"),
        ("postcode", "EH60-3QP is hers"),
        ("postcode", "\U0001f174\U0001f17760 3QP"),
        ("postcode", "Echo Hotel six zero three Quebec Papa"),
        ("vehicle_plate", "L V 1 9 H G E"),
        ("vehicle_plate", "L.V.1.9.H.G.E"),
        ("vehicle_plate", "LVl9 HGE was towed"),
        ("vehicle_plate", "Lima Victor one nine Hotel Golf Echo"),
        ("vehicle_plate", "the van reg LV one nine HGE"),
        ("national_insurance_number", "q q 1 2 3 4 5 6 c"),
        ("national_insurance_number", "Quebec Quebec one two three four five six Charlie"),
        ("nhs_number", "9 4 3 4 7 6 5 9 1 9"),
        ("payment_card", "4_1_1_1_1_1_1_1_1_1_1_1_1_1_1_1"),
        ("payment_card", "four two " * 8),
        ("payment_card", "４０００ ０５６６ ５５６６ ５５５６"),
        ("address", "number forty-seven Saltcoats Drive"),
        ("date_of_birth", "born on the fourteenth of March nineteen sixty-two"),
    ],
)
def test_other_data_in_disguise_are_found(kind: str, text: str) -> None:
    """What is spelt letter by letter, or in words, is read as one."""
    assert [kind] == kinds_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our line is oh one six three two, nine six oh, oh double oh",
        "three hundred, one two three, four five six seven",
        "F R E E  T R E E S",
        "w-a-l-k, don't run",
        "S.O.S",
        "A. B. C. D.",
        "backwards and forwards, 12 laps of 400 m",
        "Mike Golf and Victor Tango were at the hotel",
        "echo and delta variants",
        "golf, hotel and tango classes",
        "Sixty voices, four carols, one tin whistle and two drums",
        "seven, eight, nine or ten of them",
        "nineteen sixty-two to two thousand and five",
        "between 0900 and 1700, then from 1930",
        "Turn left at the dot on the map",
        "Der Punkt ist wichtig",
        "Il y a un point important",
        "Come and look at point 4",
        "Kim at council.example",
        "30s, 12b and 5z",
    ],
)
def test_what_only_looks_disguised_is_left_alone(text: str) -> None:
    """Counted things, spaced headings and games with letters tell of nobody."""
    assert [] == kinds_here(text)
