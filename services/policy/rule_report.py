"""What a look at a set of rules came to: every fault by file or rule, and how tests came out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.policy.rule_checks import RuleFault, faults_of
from services.policy.rule_set import RuleSet
from services.policy.rule_trials import Outcomes, Slip, Trial, shortcomings
from services.runtime.counting import counted


@dataclass(frozen=True, slots=True)
class RuleReport:
    """Faults as sentences that begin with what they are about; none means that all is well.

    `objections` are those of which the tests were seen to notice when they are missing.
    """

    rules: int
    tests: int
    objections: int
    faults: tuple[str, ...]

    @property
    def sentences(self) -> Sequence[str]:
        """Return the report in lines for people."""
        if self.faults:
            return [*self.faults, f"{counted(len(self.faults), 'fault')}; nothing was changed."]
        return [
            f"{counted(self.rules, 'rule')}, {counted(self.tests, 'test')}: all pass, and each of "
            f"{counted(self.objections, 'objection')} is missed by a test when it is taken out."
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "sound": not self.faults,
            "rules": self.rules,
            "tests": self.tests,
            "objections": self.objections,
            "faults": list(self.faults),
        }


def source_faults(rule_set: RuleSet, functions: frozenset[str]) -> list[str]:
    """Return what is wrong in the sources of rules, as sentences."""
    return [_line(fault) for fault in faults_of(rule_set.modules, functions)]


def with_fault(report: RuleReport, fault: str) -> RuleReport:
    """Return a report with one more fault."""
    return replace(report, faults=(*report.faults, fault))


def report_of(
    rule_set: RuleSet,
    tried: Iterable[tuple[Trial, Outcomes | Slip | None]],
    faults: Sequence[str] = (),
) -> RuleReport:
    """Return the report on a set, from how its trials came out and faults found before them."""
    found = [*faults]
    found += [f"{rule}: {said}" for rule, said in shortcomings(rule_set.modules, rule_set.tests)]
    tests = objections = 0
    not_run: set[str] = set()
    for trial, outcomes in tried:
        if trial.missed is None:
            tests += len(trial.tests)
        else:
            objections += 1
        if trial.missed is not None and trial.rule in not_run:
            continue
        if not isinstance(outcomes, dict):
            not_run.add(trial.rule)
        found += _of_trial(trial, outcomes)
    return RuleReport(len(rule_set.bundle.manifest), tests, objections, tuple(dict.fromkeys(found)))


def _of_trial(trial: Trial, outcomes: Outcomes | Slip | None) -> list[str]:
    if isinstance(outcomes, Slip):
        return [
            f"{outcomes.path} line {outcomes.line}: no engine takes this ({outcomes.said}); mend "
            "what stands there, or right before it."
        ]
    if outcomes is None:
        what = (
            "cannot be run" if trial.missed is None else f"cannot be run without {trial.missed!r}"
        )
        return [f"{trial.rule}: {what}; look for a slip in its Rego or its tests."]
    if trial.missed is None:
        failed = [name.rsplit("/", 1)[1] for name, passed in outcomes.items() if not passed]
        return [f"{trial.rule}: {name} fails." for name in failed]
    if outcomes and all(outcomes.values()):
        return [f"{trial.rule}: no test misses {trial.missed!r} when it is taken out; write one."]
    return []


def _line(fault: RuleFault) -> str:
    return f"{fault.path} line {fault.line}: {fault.sentence}"
