"""Measuring how hard a text is to read, and whether it shouts."""

import pytest

from services.reading.reading_ease import EaseReader
from services.reading.shadow import Shadow
from services.reading.shouting import shouted_in
from tests.claims import claim_lists

LONG = "and then the crew went on to the next street " * 7


def why(text: str) -> list[str]:
    """Return why a text is hard to read."""
    return [reason for _, _, reason in EaseReader(claim_lists().reading_ease).find(Shadow(text))]


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("a very long sentence", LONG),
        (
            "many long words in a sentence",
            "Implementation of organisational rationalisation methodologies necessitates temporary "
            "discontinuation of neighbourhood collection arrangements throughout designated areas "
            "notwithstanding representations.",
        ),
        (
            "many clauses in a sentence",
            "Where a tenant, being one, having paid, or not, as the case may be, asks, in time, or "
            "late, for a form, which, if signed, whose date, having passed, is, unless changed, "
            "void, the term, being short, ends.",
        ),
        (
            "abbreviations that are not explained",
            "The RSL sent the HRA return to the IJB and the LHS board.",
        ),
    ],
)
def test_what_is_hard_to_read_is_said(reason: str, text: str) -> None:
    """Sentences, words, clauses and abbreviations each have a measure."""
    assert reason in why(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bins on Cross Street are emptied on Tuesday. The next round is on Friday.",
        LONG.replace("street ", "street. "),
        "Buses 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 12 stop there, at 8, 9 and 10 each day.",
        "The NHS, the BBC, SEPA and the DVLA all use the EU form.",
        "The Integration Joint Board (IJB), the RSL (landlord) and the HRA (rent account) agree.",
    ],
)
def test_plain_and_listing_texts_are_not_hard(text: str) -> None:
    """Short sentences, lists of figures, and known or explained abbreviations pass."""
    assert [] == why(text)


@pytest.mark.parametrize(
    "text", ["READ THE SIGN ON THE DOOR", "Closed!!!", "Why?! No! ! !", "IT IS NOT OUR JOB"]
)
def test_shouting_is_found(text: str) -> None:
    """Capitals in a row with an everyday word, or three exclamation marks, shout."""
    assert list(shouted_in(Shadow(text), claim_lists().shouting))


@pytest.mark.parametrize(
    "text",
    [
        "NHS, BBC, SEPA and RNLI",
        "What a day! Thank you!",
        "THE BAY is shut",
        "HGV DVLA ANPR SEPA BEAR",
    ],
)
def test_initials_and_joy_are_no_shouting(text: str) -> None:
    """Names in capitals and a mark or two pass."""
    assert [] == list(shouted_in(Shadow(text), claim_lists().shouting))
