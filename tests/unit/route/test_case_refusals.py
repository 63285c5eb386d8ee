"""Wishes for cases that cannot be met are dead letters that say why and what to do."""

from collections.abc import Callable

import pytest

from schemas.case import CaseRequest
from services.route.case_refusals import needs, refusal
from tests.unit.route.samples import (
    Driver,
    classified,
    close,
    merge,
    post,
    removed,
    reopen,
    reroute,
    split,
)

Wish = Callable[[Driver], CaseRequest]


def driver() -> Driver:
    """Return a driver with a case of three posts, a second one, and one that is closed."""
    made = Driver()
    made.give(
        *(classified(post(number)) for number in (1, 2, 3)),
        *(classified(post(n, conversation_id=f"conversation-{n}")) for n in (4, 5)),
    )
    made.give(removed(3), close(made.cases()[2], conversation_id="conversation-5"))
    return made


def refused(made: Driver, wish: CaseRequest) -> str:
    """Give a wish, see that nothing changes or is told, and return why."""
    rows, told = dict(made.rows), list(made.emitted)

    made.give(wish)

    (reject,) = made.rejected
    assert rows == made.rows
    assert told == made.emitted
    asked = refusal(wish, {key: made.rows.get(key) for key in needs(wish)}.__getitem__)
    assert reject == asked, "asked beforehand, the answer is the same"
    return f"{reject.cause}: {reject.detail}"


def closed_one(made: Driver) -> dict[str, object]:
    """Return the closed case."""
    return dict(made.cases()[2])


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (lambda _made: close({"id": "case-9"}), "unknown case: case case-9 is not known here"),
        (
            lambda made: close(made.cases()[1]),
            "unknown case",
        ),
        (
            lambda made: close(closed_one(made), conversation_id="conversation-5"),
            "closed already (answered); there is nothing to close",
        ),
        (lambda made: reopen(made.cases()[0]), "case is open"),
        (lambda made: merge(made.cases()[0], made.cases()[0]), "cannot be merged into itself"),
        (lambda made: merge(made.cases()[0], {"id": "case-9"}), "case case-9 is not known here"),
        (
            lambda made: merge(made.cases()[0], closed_one(made)),
            "closed already (answered); name one that is open, or reopen it first",
        ),
        (
            lambda made: merge(closed_one(made), made.cases()[0], "conversation-5"),
            "closed already (answered); reopen it first",
        ),
        (
            lambda made: split(closed_one(made), 5, conversation_id="conversation-5"),
            "closed already (answered); reopen it first",
        ),
        (lambda made: split(made.cases()[0], 4), "not in the case: post post-4"),
        (lambda made: split(made.cases()[0], 9), "not in the case: post post-9"),
        (lambda made: split(made.cases()[0], 3), "post is removed: post post-3"),
        (lambda made: split(made.cases()[0], 1), "first post: post post-1"),
        (lambda made: split(made.cases()[0], 1, 2), "no post left"),
        (lambda made: split(made.cases()[1], 4, conversation_id="conversation-4"), "no post left"),
    ],
)
def test_impossible_wish_is_set_aside(wish: Wish, words: str) -> None:
    """Each has its own reason, found beforehand too, and changes nothing."""
    made = driver()

    assert words in refused(made, wish(made))


def test_merge_into_a_case_that_is_merged_into_it_is_set_aside() -> None:
    """Two cases cannot answer one another."""
    made = driver()
    first, second, _ = made.cases()
    made.give(merge(second, first, "conversation-4"))

    assert "merged the other way" in refused(made, merge(first, second))


def test_merge_into_a_case_that_is_merged_elsewhere_names_that_one() -> None:
    """Whoever was overtaken hears where the other case is answered, and what to do."""
    made = driver()
    first, second, _ = made.cases()
    made.give(classified(post(6, conversation_id="conversation-6")))
    third = made.cases()[3]
    made.give(merge(second, third, "conversation-4"))

    why = refused(made, merge(first, second))

    assert f"case {second['id']!s} is itself answered with case {third['id']!s} by now" in why
    assert f"merge into that one, or reopen {second['id']!s} first" in why


def test_case_without_posts_is_not_reopened() -> None:
    """Where every post was removed nobody waits for an answer."""
    made = Driver()
    made.give(classified(post()), removed())

    assert "case is empty" in refused(made, reopen(made.case()))


def test_case_of_nobody_is_not_reopened() -> None:
    """What was put away as none of the body's needs a team first."""
    made = Driver()
    made.give(classified(post()), reroute("none"))

    assert "give it to a team with `mercat reroute`" in refused(made, reopen(made.case()))


def test_reroute_of_a_closed_case_alone_is_set_aside() -> None:
    """A split-off case is reopened before it moves."""
    made = Driver()
    made.give(classified(post()), classified(post(2)))
    made.give(split(made.case(), 2))
    case = made.cases()[1]
    made.give(close(case))

    made.give(reroute("roads", 2, case_id=case["id"]), reroute("roads", 1, case_id=case["id"]))

    assert ["case is closed", "unknown case"] == [reject.cause for reject in made.rejected]
    assert made.post(2)["team"] == "lighting"
