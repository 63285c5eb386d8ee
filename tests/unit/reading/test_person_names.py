"""Names of people in a text, and streets and firms that are called like people."""

import pytest

from services.reading.lexicon import Lexicon, Places
from services.reading.people_marks import WORKED_OUT_BY
from services.reading.shadow import Shadow
from services.reading.word_row import WordRow

LISTS = {
    "title": ("mrs", "councillor"),
    "first_name": ("skye", "tom", "mary"),
    "first_name_or_word": ("mark", "grace"),
    "place_word": ("street", "hall", "primary"),
    "no_name": ("scottish", "the"),
    "age_word": ("nine",),
}


def marked(kind: str, text: str) -> list[str]:
    """Return the words of a text that are of a kind that is worked out."""
    row = WordRow(Shadow(text))
    places: Places = WORKED_OUT_BY[kind](row, Lexicon(LISTS).find(row))
    return [
        " ".join(row.words[start:end]) for start, ends in sorted(places.items()) for end in ends
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ask Tom Guthrie now", ["tom guthrie"]),
        ("tom forgot", ["tom"]),
        ("Mark the date", []),
        ("Mark Daly forgot", ["mark daly"]),
        ("Mary Slessor Street is shut", []),
        ("Grace Hall opens", []),
        ("St Mary is shut", []),
        ("Councillor Tom Guthrie", []),
        ("Skye, Primary 4", ["skye"]),
        ("Tom and Mary", ["tom", "mary"]),
    ],
)
def test_a_name_is_told_from_a_street(text: str, names: list[str]) -> None:
    """First names count, doubtful ones with a surname, and none before a place's word."""
    assert names == marked("name", text)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("titled", "Ask Mrs Ferrier and Councillor Tom Guthrie", 2),
        ("titled", "the councillor said", 0),
        ("capital", "Your son Finn and Ada", 2),
        ("capital", "Finn went to Scottish Street", 0),
        ("capitals", "the manager, Liz Pollard, said", 1),
        ("capitals", "the Scottish Water van in Mill Street", 0),
        ("age", "She is 10, he is nine, I am 40", 2),
        ("year", "built in 1871 and mended in 2021", 1),
        ("number", "bus 14 at 9", 2),
        ("past_verb", "she mailed a red bed", 1),
        ("contact", "Write to desk@town.example or ring 0300 555 0100", 2),
        ("contact", "at number 12 in 2024", 0),
        ("host", "MBPRD-SQL02 and 10.20.4.17 and vpn.town.local", 3),
        ("host", "It is on 127.0.0.1.", 1),
        ("host", "It is on 192.168.7.30.", 1),
        ("host", "It is on 172.20.7.30.", 1),
        ("host", "It is on DC-01.", 1),
        ("host", "It is on \\\\town\\files.", 1),
        ("host", "It is on files.corp.", 1),
        ("host", "COVID-19, bus 10.20, A-19 and town.example", 0),
        ("secret_value", "Braehead2024! or C4829Y or 3-1-7-9 or 4471", 4),
        ("secret_value", "10am on the 3rd, £12.60, EH60, 24 hours, #BinDay", 0),
        ("secret_value", "ring 0300 555 0101", 0),
    ],
)
def test_what_no_list_holds_is_worked_out(kind: str, text: str, words: int) -> None:
    """Each kind is told from what looks like it."""
    assert words == len(marked(kind, text))
