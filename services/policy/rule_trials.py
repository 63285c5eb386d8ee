"""What is tried of a set of rules: which tests there are, of which kinds, and what they leave out.

A test is quiet (`test_quiet_...`: facts that its rule lets pass) or loud (`test_loud_...`).
Whether each objection of a rule is tried at all is found by taking it out: some test must miss it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from services.policy.bundle import GATE, PACKAGE
from services.policy.rule_set import TEST
from services.runtime.errors import InputInvalidError

LOUD_MIN: Final = 2
TRIALS_MAX: Final = 2_000
"""So many trials does a set take at most: each costs time and memory wherever it is checked."""

Outcomes = Mapping[str, bool]
"""Which tests passed, by their places."""

_TEST: Final = re.compile(r"^(test_\w+)[ \t]+if\b", re.MULTILINE)
METADATA: Final = re.compile(r"# METADATA\n(?:#[^\n]*\n)+\Z")
"""What stands right above a package or an objection and says what it is for."""
_TITLE: Final = re.compile(r"^# title:[ \t]*(.+)$", re.MULTILINE)
_OBJECTION: Final = re.compile(r"^reasons contains .*?^\}\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trial:
    """Some modules and the tests to be run on them, by their places (`mercat/x_test/test_y`).

    Where `missed` names an objection that was taken out, at least one of the tests must fail.
    """

    rule: str
    modules: Mapping[str, str]
    tests: tuple[str, ...]
    missed: str | None = None


class Slip(NamedTuple):
    """Why an engine takes some source not at all: where, the line from 1, and in what words."""

    path: str
    line: int
    said: str


def names_of_tests(source: str) -> list[str]:
    """Return the place of each test in a Rego source."""
    package = PACKAGE.search(source)
    if package is None:
        return []
    return [f"{package[1].replace('.', '/')}/{name}" for name in _TEST.findall(source)]


def trials_of(modules: Mapping[str, str], tests: Mapping[str, str]) -> list[Trial]:
    """Return every trial of a set: each rule alone with its tests, whole and with parts taken out.

    The gate is tried with all the rules. Keys are places, `content/length/length_test.rego`.
    Raises InputInvalidError where there are too many.
    """
    every = (
        trial for path, source in sorted(tests.items()) for trial in _trials(path, source, modules)
    )
    found = list(islice(every, TRIALS_MAX + 1))
    if len(found) > TRIALS_MAX:
        raise InputInvalidError(
            f"{found[-1].rule}: with it there are over {TRIALS_MAX:,} rules and objections to be "
            "tried; put objections that are alike into one, with a list."
        )
    return found


def _trials(path: str, source: str, modules: Mapping[str, str]) -> Iterator[Trial]:
    tried = path.removesuffix(TEST) + ".rego"
    names = tuple(names_of_tests(source))
    rule = rule_of(tried)
    beside = dict(modules) if tried == GATE else {tried: modules.get(tried, "")}
    yield Trial(rule, {**beside, path: source}, names)
    if tried == GATE:
        return
    module = modules.get(tried, "")
    for number, found in enumerate(_OBJECTION.finditer(module), start=1):
        without = module[: found.start()] + _placeholder(module) + module[found.end() :]
        yield Trial(rule, {tried: without, path: source}, names, _title(module, found, number))


def rule_of(path: str) -> str:
    """Return a rule's id by its module's place."""
    return path.rsplit("/", 1)[0]


def shortcomings(modules: Mapping[str, str], tests: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (rule, sentence) for each rule whose tests are not of both kinds, or are missing."""
    for path in sorted(modules):
        if path == GATE:
            continue
        beside = path.removesuffix(".rego") + TEST
        if beside not in tests:
            yield rule_of(path), f"has no tests; write {beside.rsplit('/', 1)[1]} beside it."
            continue
        names = [name.rsplit("/", 1)[1] for name in names_of_tests(tests[beside])]
        yield from ((rule_of(path), sentence) for sentence in _of_kinds(names))
    for path in sorted(tests):
        if path.removesuffix(TEST) + ".rego" not in modules:
            yield rule_of(path), f"{path} tries a rule that is not there; take it away."


def _of_kinds(names: Sequence[str]) -> Iterator[str]:
    quiet = sum(name.startswith("test_quiet_") for name in names)
    loud = sum(name.startswith("test_loud_") for name in names)
    if quiet + loud < len(names):
        yield "has a test that is neither test_quiet_... nor test_loud_...; name it for its kind."
    if loud < LOUD_MIN:
        yield f"has {loud} loud tests (what it stops); it needs {LOUD_MIN} at least."
    if quiet < loud:
        yield f"has {quiet} quiet tests (what it lets pass) and {loud} loud ones; write as many."


def _title(module: str, found: re.Match[str], number: int) -> str:
    """Return an objection's own title, from the METADATA above it, or its number."""
    above = METADATA.search(module[: found.start()])
    title = _TITLE.search(above[0]) if above else None
    return title[1].strip() if title else f"objection {number}"


def _placeholder(module: str) -> str:
    """Return what stands in for an objection: without any, `reasons` would not be there at all."""
    only = len(_OBJECTION.findall(module)) == 1
    return 'reasons contains "nothing" if {\n\tfalse\n}\n' if only else ""
