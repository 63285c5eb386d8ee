"""Which rules a rehearsal has to run again: those that changed, and those whose data changed.

Rules do not refer to one another and their reasons are kept by rule, so what the others said of a
recorded act stands. A rule reads a figure where its source names it or something that holds it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.policy.bundle import GATE, Bundle, bundle_of
from services.policy.rule_data import LIST_DATA

COUNTED: Final = (
    ("authority", "same_text", "conversation_days"),
    ("authority", "same_text", "words_min"),
    ("authority", "same_text", "likeness_percent"),
    ("authority", "others_answering", "minutes"),
    ("authority", "closed_cases", "days"),
    ("authority", "duty_officer", "hours"),
    *(("authority", "trust", name) for name in ("origins", "begins", "clean_acts", "days")),
)
"""Figures by which facts are counted when an act is judged: recorded facts keep their count."""

FACTS: Final = frozenset(
    {
        *("phase", "now", "act", "actor", "account", "conversation"),
        *("approvals", "settings", "evidence"),
    }
)
"""What rules may look at that no list of words has a part in."""

_NO_CODE: Final = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*')
_DATA: Final = re.compile(r"\bdata\.mercat\.data(?P<path>(?:\.[A-Za-z_]\w*)*)")
_INPUT: Final = re.compile(r"\binput\b(?P<path>(?:\.[A-Za-z_]\w*){0,2})")

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with acts that were judged by one set of rules.

    `run` are the rules to be asked again of each act, `read` those to be asked too where what was
    found in an act's words is another now. `lists` are the files of lists that changed, `recounted`
    the figures in `COUNTED` that did, `gone` the rules that are no more.
    """

    run: tuple[str, ...]
    read: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    recounted: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that a rehearsal could show."""
        return not (self.run or self.gone or self.lists)


def plan_of(before: Bundle | None, after: Bundle) -> Plan:
    """Return what a rehearsal of some rules takes, on acts that were judged by others.

    Where those are not known any more, every rule is asked of words that are read anew.
    """
    if before is None or before.modules[GATE] != after.modules[GATE]:
        return Plan(after.manifest, after.manifest, lists=tuple(LIST_DATA) if not before else ())
    lists = tuple(name for name in LIST_DATA if before.data.get(name) != after.data.get(name))
    changed = list(_changes(_figures(before), _figures(after)))
    run = tuple(
        rule
        for rule in after.manifest
        if _module(before, rule) != _module(after, rule) or _reads_any(after, rule, changed)
    )
    words = [rule for rule in after.manifest if lists and reads_findings(_module(after, rule))]
    return Plan(
        run=run,
        read=tuple(sorted({*run, *words})),
        gone=tuple(sorted(set(before.manifest) - set(after.manifest))),
        lists=lists,
        recounted=tuple(".".join(each) for each in COUNTED if _touches(each, changed)),
    )


def part_of(bundle: Bundle, rules: Iterable[str]) -> Bundle:
    """Return a bundle of the gate and some of the rules alone, with all data."""
    places = {GATE, *map(_path, rules)}
    return bundle_of(
        {path: source for path, source in bundle.modules.items() if path in places}, bundle.data
    )


def reads_findings(source: str) -> bool:
    """Return whether a rule may look at what was found in the words; in doubt it does."""
    return any(not place or place[0] not in FACTS for place in facts_read(source))


def facts_read(source: str) -> frozenset[Place]:
    """Return the places below `input` that a rule's source names, two steps deep at most."""
    code = _NO_CODE.sub('""', source)
    return frozenset(tuple(found["path"].split(".")[1:]) for found in _INPUT.finditer(code))


def only_read(facts: Mapping[str, Any], places: Iterable[Place]) -> Mapping[str, Any]:
    """Return so much of facts as lies at some places: handing over the rest is most of the work."""
    kept: dict[str, Any] = {}
    for place in sorted(places):
        if not place:
            return facts
        name = place[0]
        if name not in facts:
            continue
        within = facts[name]
        if len(place) == 1 or not isinstance(within, Mapping):
            kept[name] = within
        else:
            # Where all of it is kept already, this puts in what is there.
            inner = kept.setdefault(name, {})
            if place[1] in within:
                inner[place[1]] = within[place[1]]
    return kept


def data_read(source: str) -> frozenset[Place]:
    """Return the places below `data.mercat.data` that a rule's source names."""
    code = _NO_CODE.sub('""', source)
    return frozenset(tuple(found["path"].split(".")[1:]) for found in _DATA.finditer(code))


def _path(rule: str) -> str:
    return f"{rule}/{rule.partition('/')[2]}.rego"


def _module(bundle: Bundle, rule: str) -> str:
    return bundle.modules.get(_path(rule), "")


def _figures(bundle: Bundle) -> Mapping[str, Any]:
    return {name: value for name, value in bundle.data.items() if name not in LIST_DATA}


def _reads_any(bundle: Bundle, rule: str, changed: Iterable[Place]) -> bool:
    return any(_touches(place, changed) for place in data_read(_module(bundle, rule)))


def _touches(place: Place, changed: Iterable[Place]) -> bool:
    """Return whether a place holds something that changed, or lies in something that did."""
    return any(place[: len(each)] == each[: len(place)] for each in changed)


def _changes(before: Any, after: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the places at which two values differ, as deep as both are objects."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            if name in before and name in after:
                yield from _changes(before[name], after[name], (*place, name))
            else:
                yield (*place, name)
    elif before != after or type(before) is not type(after):
        yield place
