"""Which of the acts read back can be the one in doubt."""

from datetime import timedelta
from typing import Any

import pytest

from services.publish.matching import candidates, looks_like, reaches_back
from services.publish.steps import SKEW_MS
from tests.fakes import MOMENT
from tests.unit.publish.samples import NOW_MS, content, facts, own_act, unknown

SKEW = timedelta(milliseconds=SKEW_MS)
SHOWN = timedelta(seconds=30)
TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text",
    ["The lorry comes on Friday.", " The  lorry\ncomes on Friday. "],
)
def test_an_act_is_known_by_its_looks_where_no_key_is_kept(text: str) -> None:
    """White space is the platform's to change."""
    listed = [own_act(text=text)]

    assert listed == candidates(unknown(), content(), listed, facts())


def test_letters_composed_otherwise_are_the_same_text() -> None:
    """A platform may normalise what it is given."""
    composed, apart = "Caf\u00e9", "Cafe\u0301"

    assert looks_like(own_act(text=apart), content(composed))


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "The lorry comes on Monday."},
        {"target": "p-2"},
        {"target": None},
        {"kind": "statement"},
        {"key": "of another act"},
        {"at": MOMENT - SKEW - TICK},
        {"at": MOMENT + SHOWN + SKEW + TICK},
    ],
    ids=["text", "target", "no target", "kind", "key", "too early", "too late"],
)
def test_an_act_that_differs_is_another(changes: dict[str, Any]) -> None:
    """Text, target, kind, key and time must all agree."""
    assert [] == candidates(unknown(), content(), [own_act(**changes)], facts())


@pytest.mark.parametrize("at", [MOMENT - SKEW, MOMENT + SHOWN + SKEW])
def test_clocks_may_differ(at: Any) -> None:
    """The window is as wide as clocks are apart, and as an act may take to show."""
    listed = [own_act(at=at)]

    assert listed == candidates(unknown(), content(), listed, facts())


def test_the_key_tells_whatever_it_looks_like() -> None:
    """Where the platform kept our key, nothing else counts, and likenesses are others."""
    in_doubt = unknown()
    mine = own_act("r-2", key=in_doubt.request_key, text="Rendered <b>otherwise</b>")

    found = candidates(in_doubt, content(), [own_act("r-1"), mine], facts())

    assert [mine] == found


def test_likenesses_are_all_found() -> None:
    """Two acts that look the same are both returned, for a person to tell apart."""
    listed = [own_act("r-1"), own_act("r-2")]

    assert listed == candidates(unknown(), content(), listed, facts())


def test_a_short_list_is_complete() -> None:
    """A platform that gives less than was asked for has no more."""
    assert reaches_back([own_act()], NOW_MS, limit=2)


def test_a_full_list_is_complete_only_where_it_goes_back_far_enough() -> None:
    """A list that ends before the moment asked for may leave out just what is looked for."""
    recent = [own_act("r-2", at=MOMENT + SHOWN), own_act("r-1", at=MOMENT)]

    assert not reaches_back(recent, NOW_MS, limit=2)
    assert reaches_back(recent, NOW_MS + 1, limit=2)
