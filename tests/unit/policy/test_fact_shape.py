"""Facts before rules are asked: what is missing would silence a rule, so it is not judged."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.fact_shape import checked_facts
from services.runtime.errors import InputInvalidError
from tests.gate_facts import facts

OPTIONAL = {
    *("act.text", "findings.promises", "findings.language"),
    "findings.language_probability",
}


def paths(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the way to every key of an object."""
    if isinstance(value, dict):
        for key, within in value.items():
            yield (*above, key)
            yield from paths(within, (*above, key))


PATHS = sorted(paths(facts()))
NEEDED = [path for path in PATHS if ".".join(path) not in OPTIONAL]


def changed(path: tuple[str, ...], value: Any = None, *, gone: bool = False) -> dict[str, Any]:
    """Return good facts with one place changed or gone."""
    made = copy.deepcopy(facts())
    place = made
    for step in path[:-1]:
        place = place[step]
    if gone:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return made


def test_good_facts_pass_as_they_are() -> None:
    """Nothing is added and nothing is lost."""
    plain, shape = checked_facts(facts())

    assert facts() == plain
    assert "rowan" == shape.actor.id


@pytest.mark.parametrize("path", NEEDED, ids=".".join)
def test_facts_without_a_part_are_refused(path: tuple[str, ...]) -> None:
    """Each fact that rules go by has to be there, and the refusal says which is not."""
    with pytest.raises(InputInvalidError) as refused:
        checked_facts(changed(path, gone=True))

    assert repr(".".join(path)) in str(refused.value)


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_what_no_rule_looks_at_may_be_missing(name: str) -> None:
    """Facts that are only for reading are handed on where there are any."""
    told = changed(tuple(name.split(".")), gone=True)

    assert told == checked_facts(told)[0]


@pytest.mark.parametrize("path", NEEDED, ids=".".join)
def test_facts_of_another_type_are_refused(path: tuple[str, ...]) -> None:
    """A list where a word, a truth or a number should be is not read as one."""
    with pytest.raises(InputInvalidError):
        checked_facts(changed(path, [["no"]]))


@pytest.mark.parametrize(
    "changes",
    [
        {"actor__active": "true"},
        {"actor__active": 1},
        {"settings__one_officer": "false"},
        {"settings__four_eyes": 0},
        {"now": "1764194400"},
        {"now": 1.5},
        {"now": -1},
        {"findings__length": "27"},
        {"findings__personal_data": -1},
        {"account__mode": "Normal"},
        {"conversation__parent": "lost"},
        {"conversation__same_said": None},
        {"conversation__others_answering": -1},
        {"account__pace": {"last_hour": 0, "last_day": 0}},
        {"actor__pace__last_hour": None},
        {"settings__in_hours": None},
        {"findings__timescale_days_min": "2"},
        {"evidence": {}},
        {"act__kind": "shout"},
        {"act__digest": "5A" * 32},
        {"account__halts": [{"kind": "moon", "name": ""}]},
        {"approvals": [{}]},
        {"phase": "later"},
    ],
)
def test_facts_out_of_range_are_refused(changes: dict[str, Any]) -> None:
    """A value that no rule provides for is not judged by chance."""
    with pytest.raises(InputInvalidError):
        checked_facts(facts(**changes))


@pytest.mark.parametrize(
    "value",
    ["\ud800", float("nan"), float("inf"), {1, 2}, b"x", object(), 2**53, -(2**60), 1e9, 1e300],
)
def test_what_engines_would_read_each_in_its_own_way_is_refused(value: Any) -> None:
    """Lone surrogates, numbers beyond what is kept, and what is no JSON are not handed over."""
    with pytest.raises(InputInvalidError, match="cannot be written as JSON"):
        checked_facts(facts(evidence__x=value))


def test_nesting_without_end_is_refused() -> None:
    """A value that holds itself is no JSON."""
    endless: dict[str, Any] = {}
    endless["x"] = endless

    with pytest.raises(InputInvalidError):
        checked_facts(facts(evidence=endless))


def test_facts_over_the_bound_are_refused() -> None:
    """The bound counts bytes, not characters, and is 8 KiB."""
    assert checked_facts(facts(evidence__x="é" * 3_000))

    with pytest.raises(InputInvalidError, match="over 8,192 bytes"):
        checked_facts(facts(evidence__x="é" * 4_096))


def test_a_refusal_repeats_nothing_of_the_facts() -> None:
    """What is refused may be personal, and refusals are written down."""
    with pytest.raises(InputInvalidError) as refused:
        checked_facts(facts(act__kind="Ring 01632 960123"))

    assert "960123" not in str(refused.value)


@given(st.floats(-999_999, 999_999))
def test_fractions_are_kept_to_six_digits(value: float) -> None:
    """Both engines keep so many, so both are given so many."""
    plain, _ = checked_facts(facts(evidence__x=value))

    assert round(value, 6) == plain["evidence"]["x"]
    assert "-0.0" != repr(plain["evidence"]["x"])
