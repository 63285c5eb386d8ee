"""Words folded, phrases found: the same whether one looks by word sets or one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reading.words import Phrase, PhraseIndex, Words, words_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("St Ninian's, can't", ["st", "ninians", "cant"]),
        ("fly-tipping #HarbourRow fly_tip", ["fly", "tipping", "harbourrow", "fly", "tip"]),
        ("CAFÉ d’Or STRASSE Straße", ["cafe", "dor", "strasse", "strasse"]),
        ("cafe\u0301", ["cafe"]),
        ("ਪਾਣੀ ਆ ਰਿਹਾ ਹੈ।", ["ਪਾਣੀ", "ਆ", "ਰਿਹਾ", "ਹੈ"]),
        ("路灯坏了 now", ["路", "灯", "坏", "了", "now"]),
        ("الطَّريق", ["الطريق"]),
        ("!!! 🙃", []),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    """Case, accents and apostrophes do not matter, in any script."""
    assert words_in(text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("wire down", "A WIRE, down!", True),
        ("wire down", "wire is down", False),
        ("wire", "wires", False),
        ("wire*", "wires", True),
        ("cable* on the pavement", "two cables on the pavement", True),
        ("cable* on the pavement", "cables upon the pavement", False),
        ("路灯", "我们的路灯坏了", True),
    ],
)
def test_phrase_stands_in_a_text_or_not(phrase: str, text: str, *, expected: bool) -> None:
    """A phrase is whole words in a row, each of them a stem where it says so."""
    assert Phrase(phrase).is_in(Words(text)) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wi*re", "may only end a word"),
        ("* down", "may only end a word"),
        ("ab*", "write more of the word"),
        ("!!", "holds no word"),
        ("a " * 13, "over 12 words"),
    ],
)
def test_phrase_that_cannot_be_found_is_refused(text: str, words: str) -> None:
    """What would find nothing, or everything, is refused with a cure."""
    with pytest.raises(ValueError, match=words):
        Phrase(text)


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        ("wire", "live wire down", True),
        ("wire*", "live wires", True),
        ("live wire", "wire", False),
        ("wires", "wire*", False),
        ("wir*", "wire*", True),
        ("live down", "live wire down", False),
    ],
)
def test_phrase_covers_what_always_holds_it(wider: str, narrower: str, *, expected: bool) -> None:
    """A phrase covers another if it is in every text that the other is in."""
    assert Phrase(wider).covers(Phrase(narrower)) is expected


WORD = st.sampled_from(["wire", "wires", "down", "live", "lamp", "lamppost", "on"])
PHRASE = st.lists(
    st.sampled_from(["wire", "wire*", "down", "live", "lam*", "lamp", "on"]), min_size=1, max_size=3
).map(" ".join)


@settings(deadline=None)
@given(st.lists(PHRASE, max_size=12), st.lists(WORD, max_size=12).map(" ".join))
def test_index_finds_what_a_look_at_each_phrase_finds(phrases: list[str], text: str) -> None:
    """Candidates by word sets lose no phrase and invent none."""
    words = Words(text)

    expected = [number for number, each in enumerate(phrases) if Phrase(each).is_in(words)]
    assert PhraseIndex(phrases).find(words) == expected
