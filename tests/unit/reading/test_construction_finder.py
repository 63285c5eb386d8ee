"""Groups of constructions, and what quiets them."""

from typing import Any

import pytest

from services.reading.construction_finder import ConstructionFinder
from services.reading.construction_lists import ConstructionGroup
from services.reading.lexicon import Places
from services.reading.shadow import Shadow
from services.reading.word_row import WordRow
from services.reading.worded import DraftSetting


def group(*say: str, **changes: Any) -> ConstructionGroup:
    """Return a group that nothing quiets."""
    plain = {"unless_before": (), "unless_in_sentence": (), "unless_nearby": (), "in_posts": True}
    return ConstructionGroup(say=say, **{**plain, **changes})


def finder(*groups: ConstructionGroup) -> ConstructionFinder:
    """Return a finder of one family."""
    words = {"he": ("he", "she"), "ill": ("ill", "very ill"), "maybe": ("if", "unless")}

    def sevens(row: WordRow, places: object) -> Places:
        del places
        return {at: (at + 1,) for at, word in enumerate(row.words) if word == "7"}

    return ConstructionFinder(
        words, {"they": ("<he>", "the man")}, {"health": groups}, {"seven": sevens}
    )


def found(text: str, *groups: ConstructionGroup) -> list[str]:
    """Return the stretches of a text that are found."""
    shadow = Shadow(text)
    return [shadow.text[each.start : each.end] for each in finder(*groups).find(shadow, REPLY)]


REPLY = DraftSetting("reply")
POST = DraftSetting("post")


def test_what_is_found_is_named_by_its_construction() -> None:
    """Family and construction are told, and never the draft's own words."""
    (worded,) = finder(group("<he> is ..1 <ill>")).find(Shadow("Oh, he is very ill."), REPLY)

    assert ("health", "he is … ill") == (worded.family, worded.phrase)
    assert (4, 18) == (worded.start, worded.end)


def test_a_list_of_lists_is_found() -> None:
    """A shape holds whatever its constructions hold."""
    assert ["the man is ill"] == found("So the man is ill", group("<they> is <ill>"))


def test_what_is_worked_out_is_found() -> None:
    """What no list can hold is asked of a function."""
    assert ["he is 7"] == found("he is 7 and he is 8", group("<he> is <seven>"))


def test_what_is_found_twice_counts_once() -> None:
    """Two constructions over the same words are one finding of the family."""
    assert ["he is"] == found("he is ill", group("<he> is", "is <ill>"))


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("if he is ill", True),
        ("he is ill if you ask", False),
        ("if so, he is ill", False),
        ("If it rains. He is ill.", False),
    ],
)
def test_a_word_before_it_quiets_where_no_comma_is_between(text: str, *, quiet: bool) -> None:
    """Only what belongs to the same clause speaks of a case that may not be."""
    assert quiet is not bool(found(text, group("<he> is <ill>", unless_before=("<maybe>",))))


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("if so, he is ill", True), ("he is ill if you ask", False), ("If so. He is ill.", False)],
)
def test_a_word_earlier_in_the_sentence_quiets(text: str, *, quiet: bool) -> None:
    """Commas do not matter there, the end of the sentence does."""
    assert quiet is not bool(found(text, group("<he> is <ill>", unless_in_sentence=("<maybe>",))))


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("He is ill. That is not true.", True),
        ("Not true. He is ill.", True),
        ("Not true. Wait. He is ill.", False),
    ],
)
def test_a_word_in_a_sentence_beside_it_quiets(text: str, *, quiet: bool) -> None:
    """A denial stands before or behind, but not further away."""
    assert quiet is not bool(found(text, group("<he> is <ill>", unless_nearby=("not true",))))


def test_a_group_may_leave_posts_alone() -> None:
    """What holds of the person answered holds of nobody in a post."""
    own = finder(group("<he> is <ill>", in_posts=False))

    assert [] == own.find(Shadow("he is ill"), POST)
    assert own.find(Shadow("he is ill"), REPLY)


def test_nothing_is_found_in_an_empty_text() -> None:
    """A text without words is no fault."""
    assert [] == found("", group("<he> is"))
