"""What lies between two sets of rules: rules by name, and data by path with old and new value."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.policy.bundle import GATE
from services.policy.rule_set import RuleSet

VALUE_LENGTH_MAX: Final = 2_000
"""A value is shown so far, in characters of JSON."""

How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class DataChange:
    """One value of the data that is another: `path` as `limits.emoji_max`, values as JSON.

    None stands for a value that is not there. Of a list, `before` are the entries that went and
    `after` those that came.
    """

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What `after` has and `before` had not, and the other way round.

    Rules are named `concern/rule`; `gate` says that the answer itself is put together otherwise.
    `tests` are the places of tests that differ, `comments` the files of data whose words alone do,
    `taken_in` the places of what this program filled into `before`, and `after` says itself.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    data: tuple[DataChange, ...] = ()
    tests: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    taken_in: tuple[str, ...] = ()
    gate: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether the two sets are the same, to the last comment."""
        return self == NO_DIFFERENCE

    @property
    def changes_answers(self) -> bool:
        """Whether any answer can be another: tests and comments change none."""
        return bool(self.added or self.removed or self.changed or self.data or self.gate)

    @property
    def files(self) -> frozenset[str]:
        """The files of data in which a value is another, by their name without the ending."""
        return frozenset(each.path.partition(".")[0] for each in self.data)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": list(self.changed),
            "data": [
                {"path": each.path, "before": each.before, "after": each.after}
                for each in self.data
            ],
            "tests": list(self.tests),
            "comments": list(self.comments),
            "taken_in": list(self.taken_in),
            "gate": self.gate,
        }


NO_DIFFERENCE: Final = Difference()


def difference_of(told: Mapping[str, Any]) -> Difference:
    """Return the difference that `as_json` told of."""
    names = ("added", "removed", "changed", "tests", "comments")
    return Difference(
        **{name: tuple(told[name]) for name in names},
        data=tuple(DataChange(**each) for each in told["data"]),
        taken_in=tuple(told.get("taken_in", ())),
        gate=bool(told["gate"]),
    )


def difference(before: RuleSet, after: RuleSet) -> Difference:
    """Return what lies between two sets of rules."""
    rules_before, rules_after = _rules(before), _rules(after)
    data = tuple(_changes("", before.data, after.data))
    told = {each.path.partition(".")[0] for each in data}
    return Difference(
        added=tuple(sorted(rules_after.keys() - rules_before.keys())),
        removed=tuple(sorted(rules_before.keys() - rules_after.keys())),
        changed=_others(rules_before, rules_after),
        data=data,
        tests=tuple(
            sorted(
                place
                for place in before.tests.keys() | after.tests.keys()
                if before.tests.get(place) != after.tests.get(place)
            )
        ),
        comments=tuple(
            name for name in _others(before.data_texts, after.data_texts) if name not in told
        ),
        taken_in=tuple(place for place in before.filled if place not in after.filled),
        gate=before.modules[GATE] != after.modules[GATE],
    )


def _rules(rule_set: RuleSet) -> dict[str, str]:
    """Return sources by the rule's name."""
    return {
        place.rpartition("/")[0]: source
        for place, source in rule_set.modules.items()
        if place != GATE
    }


def _others(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(n for n in before.keys() & after.keys() if before[n] != after[n]))


def _changes(path: str, before: object, after: object) -> Iterator[DataChange]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            here = f"{path}.{name}" if path else str(name)
            if name not in before:
                yield DataChange(here, None, _shown(after[name]))
            elif name not in after:
                yield DataChange(here, _shown(before[name]), None)
            else:
                yield from _changes(here, before[name], after[name])
    elif _is_list(before) and _is_list(after):
        yield _list_change(path, before, after)
    else:
        yield DataChange(path, _shown(before), _shown(after))


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _list_change(path: str, before: Any, after: Any) -> DataChange:
    """Return what went from a list and what came; both lists whole where only the order differs."""
    gone, come = _without(before, after), _without(after, before)
    if not gone and not come:
        return DataChange(path, _shown(before), _shown(after))
    return DataChange(path, _shown(gone) if gone else None, _shown(come) if come else None)


def _without(entries: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    left = Counter(_written(each) for each in others)
    found = []
    for entry in entries:
        written = _written(entry)
        if left[written]:
            left[written] -= 1
        else:
            found.append(entry)
    return found


def _shown(value: object) -> str:
    written = _written(value)
    return written if len(written) <= VALUE_LENGTH_MAX else f"{written[:VALUE_LENGTH_MAX]}…"


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
