"""Looks at a set of rules whole, for officers at a command line and for whoever takes a proposal.

What comes from outside is looked at in a process of its own that is killed when its time is over:
`python -m services.policy.regopy_check check`, or `test`, files in, the report out.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from services.policy.bundle import Bundle
from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.file_bundle import CAPABILITIES
from services.policy.judging import PLATFORMS
from services.policy.probe import engine_trouble
from services.policy.regopy_engine import RegopyEngine
from services.policy.regopy_trials import SECONDS_MAX, outcomes_of
from services.policy.rule_report import RuleReport, report_of, source_faults, with_fault
from services.policy.rule_set import RuleSet, rule_set_of_files
from services.policy.rule_trials import Outcomes, Slip, Trial, trials_of
from services.reading.lists import WordLists
from services.runtime.errors import MercatError, RetryLaterError

APART_SECONDS_MAX: Final = 45.0
START_SECONDS_MAX: Final = 20.0
TRIES_MAX: Final = 3
FAULTS_SAID_MAX: Final = 200
FAULT_CHARACTERS_MAX: Final = 500
TOO_LONG: Final = (
    "These rules and their tests were not looked at to their end in "
    f"{APART_SECONDS_MAX:g} seconds; see by `mercat policy check` which of them takes so long, and "
    "make it smaller."
)

Look = Literal["check", "test"]
Tried = Iterable[tuple[Trial, Outcomes | Slip | None]]
Shown = Callable[[Sequence[Trial], Tried], Tried]
"""Shows how far the trials are while they are gone through."""


def report_on(
    rule_set: RuleSet,
    shown: Shown = lambda _trials, tried: tried,
    seconds_max: float = SECONDS_MAX,
) -> RuleReport:
    """Return the report on sources, tests and engine of a set; its data were read with it.

    Raises InputInvalidError where there is too much to be tried.
    """
    report = report_on_tests(rule_set, source_faults(rule_set, functions()), shown, seconds_max)
    if report.faults:
        return report
    trouble = _engine_trouble(rule_set.bundle)
    return report if trouble is None else with_fault(report, f"all rules together: {trouble}.")


def report_on_tests(
    rule_set: RuleSet,
    faults: Sequence[str] = (),
    shown: Shown = lambda _trials, tried: tried,
    seconds_max: float = SECONDS_MAX,
) -> RuleReport:
    """Return the report on the tests of a set alone, with faults that were found before."""
    trials = trials_of(rule_set.modules, rule_set.tests)
    return report_of(rule_set, shown(trials, outcomes_of(trials, seconds_max)), faults)


def functions() -> frozenset[str]:
    """Return the functions that every engine carries out alike."""
    listed = json.loads(CAPABILITIES.read_text("utf-8"))
    return frozenset(each["name"] for each in listed["builtins"])


class CheckedApart:
    """Looks at files that somebody proposes as rules: in a process apart, one set at a time."""

    def __init__(self, seconds_max: float = APART_SECONDS_MAX) -> None:
        self._seconds_max = seconds_max
        self._turn = threading.Lock()

    def __call__(self, files: Mapping[str, str]) -> Sequence[str]:
        """Return what is wrong with some rules, in sentences with file, line and cure.

        Raises RetryLaterError while others are looked at, or where nothing can be started here.
        """
        return self.report(files, "check").faults

    def report(self, files: Mapping[str, str], what: Look) -> RuleReport:
        """Return the report on some rules, on all of them or on their tests alone; as above."""
        if not self._turn.acquire(blocking=False):
            raise RetryLaterError("Other rules are looked at just now; ask in a moment again.")
        try:
            return self._report(files, what)
        finally:
            self._turn.release()

    def _report(self, files: Mapping[str, str], what: Look) -> RuleReport:
        # A session of its own: what it starts in its turn is ended with it.
        with subprocess.Popen(  # noqa: S603 - a module of ours, and one of two words
            [sys.executable, "-P", "-m", "services.policy.regopy_check", what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as child:
            try:
                said, _ = child.communicate(json.dumps(dict(files)).encode(), self._seconds_max)
            except subprocess.TimeoutExpired:
                return RuleReport(0, 0, 0, (TOO_LONG,))
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
        try:
            rules, tests, objections, faults = json.loads(said)
            return RuleReport(rules, tests, objections, tuple(faults))
        except ValueError as error:
            raise RetryLaterError(
                "The rules could not be looked at: what does so ended before its time. Is there "
                "memory left? Try again, or see `mercat policy check`."
            ) from error


def _looked_at(files: Mapping[str, str], what: str) -> list[object]:
    """Return a report's figures and faults, as sentences that a document can hold."""
    look = report_on_tests if what == "test" else report_on
    try:
        found = look(rule_set_of_files(files), seconds_max=APART_SECONDS_MAX)
    except MercatError as error:
        found = RuleReport(0, 0, 0, (str(error),))
    faults = [each[:FAULT_CHARACTERS_MAX] for each in found.faults[:FAULTS_SAID_MAX]]
    return [found.rules, found.tests, found.objections, faults]


def _engine_trouble(bundle: Bundle) -> str | None:
    """Return why an engine cannot be asked by a bundle as a whole, or None where it can.

    What it goes on saying is the rules' own: only a start is waited for, and it is while asking.
    """
    reader = DraftReader(OwnContacts(), ("en",), PLATFORMS, WordLists(), bundle.authority)
    engine = RegopyEngine(bundle, seconds_max=START_SECONDS_MAX)
    ends_at = time.monotonic() + START_SECONDS_MAX
    try:
        for _ in range(TRIES_MAX):
            trouble = engine_trouble(engine, bundle, reader)
            if trouble is None or time.monotonic() >= ends_at:
                break
        return trouble
    finally:
        engine.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_looked_at(json.load(sys.stdin), sys.argv[-1])))
