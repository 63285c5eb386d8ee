"""Proposed rules tried before they are proposed, for whoever works by the API: bounded, one by one.

A look at rules and a rehearsal take seconds to minutes, in processes apart. A rehearsal goes on by
itself and is asked for again by its id; it is forgotten after an hour, and with a restart.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

from services.policy.difference import difference
from services.policy.rehearsal_bound import rehearsal_lines
from services.policy.rule_report import RuleReport
from services.policy.rule_set import RuleSet, rule_set_of_files
from services.policy.rule_template import new_rule
from services.runtime.errors import (
    MercatError,
    NotFoundError,
    RejectError,
    RetryLaterError,
    SettingsError,
)

KEPT_MAX: Final = 20
KEPT_SECONDS: Final = 3_600.0
BUSY: Final = "Rules are rehearsed just now; ask again when that has ended."
BROKEN: Final = "Something is wrong here, not with the rules; it was written down."

Show = Callable[[int, int], None]


class Looks(Protocol):
    """Looks at files that somebody proposes as rules, in a process apart."""

    def report(self, files: Mapping[str, str], what: Literal["check", "test"]) -> RuleReport:
        """Return the report. Raises RetryLaterError while others are looked at."""
        ...


class Rehearses(Protocol):
    """Rehearses files on what is on record, in a process apart."""

    def __call__(self, files: Mapping[str, str], since: str, show: Show) -> Mapping[str, Any]:
        """Return the document. Raises RejectError or RetryLaterError where it cannot be done."""
        ...

    def end(self) -> None:
        """End what is under way."""
        ...


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """How far a rehearsal is: how many decisions of all are done, and what came of it."""

    id: str
    person_id: str
    begun_seconds: float
    state: Literal["running", "done", "failed"] = "running"
    done: int = 0
    whole: int = 0
    sentence: str = "It is under way."
    document: Mapping[str, Any] | None = None

    def told(self) -> Mapping[str, Any]:
        """Return it as plain JSON; `rehearsal` is what a proposal takes."""
        return {
            "id": self.id,
            "state": self.state,
            "done": self.done,
            "whole": self.whole,
            "sentence": self.sentence,
            "lines": rehearsal_lines(self.document) if self.document else [],
            "rehearsal": self.document or {},
        }


class RulesWorkshop:
    """Looks at proposed rules, and rehearses them one at a time."""

    def __init__(
        self,
        looks: Looks,
        rehearses: Rehearses,
        in_force: Callable[[], RuleSet],
        fresh_id: Callable[[], str],
        elapsed_seconds: Callable[[], float],
    ) -> None:
        self._looks = looks
        self._rehearses = rehearses
        self._in_force = in_force
        self._fresh_id = fresh_id
        self._elapsed_seconds = elapsed_seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Rehearsing] = OrderedDict()
        self._running: threading.Thread | None = None

    def report(self, files: Mapping[str, str], what: Literal["check", "test"]) -> Mapping[str, Any]:
        """Return what is wrong with some files, or with their tests."""
        return self._looks.report(files, what).as_json()

    def difference(self, files: Mapping[str, str]) -> Mapping[str, Any]:
        """Return what files hold that is not in force, and the other way round. RejectError."""
        return difference(self._in_force(), _rule_set(files)).as_json()

    def template(self, rule: str) -> Mapping[str, str]:
        """Return the files of a new rule, with tests of both kinds. Raises RejectError."""
        try:
            modules, tests = new_rule(rule)
        except ValueError as error:
            raise RejectError(str(error)) from error
        return {**modules, **tests}

    def begin(self, files: Mapping[str, str], since: str, person_id: str) -> Mapping[str, Any]:
        """Begin a rehearsal. Raises RejectError, or RetryLaterError while another is under way."""
        _rule_set(files)
        with self._lock:
            self._forget(room=1)
            if self._running is not None and self._running.is_alive():
                raise RetryLaterError(BUSY)
            made = Rehearsing(self._fresh_id(), person_id, self._elapsed_seconds())
            self._kept[made.id] = made
            self._running = threading.Thread(
                target=self._rehearse, args=(made.id, dict(files), since), name="rehearsal"
            )
            self._running.daemon = True
            self._running.start()
        return made.told()

    def rehearsal(self, rehearsal_id: str, person_id: str) -> Mapping[str, Any]:
        """Return how far one's own rehearsal is. Raises NotFoundError."""
        with self._lock:
            self._forget()
            found = self._kept.get(rehearsal_id)
        if found is None or found.person_id != person_id:
            raise NotFoundError(
                "There is no rehearsal of yours by this id: it is kept for an hour, and not over a "
                "restart. Begin it anew."
            )
        return found.told()

    def close(self) -> None:
        """End what is under way."""
        self._rehearses.end()
        if self._running is not None:
            self._running.join()

    def _rehearse(self, rehearsal_id: str, files: Mapping[str, str], since: str) -> None:
        def show(done: int, whole: int) -> None:
            self._set(rehearsal_id, done=done, whole=whole)

        try:
            document = self._rehearses(files, since, show)
        except MercatError as error:
            self._set(rehearsal_id, state="failed", sentence=str(error))
        except BaseException:
            self._set(rehearsal_id, state="failed", sentence=BROKEN)
            raise
        else:
            done = {"state": "done", "document": document}
            self._set(rehearsal_id, sentence="It is done; propose with it.", **done)

    def _set(self, rehearsal_id: str, **values: Any) -> None:
        with self._lock:
            found = self._kept.get(rehearsal_id)
            if found is not None:
                self._kept[rehearsal_id] = replace(found, **values)

    def _forget(self, *, room: int = 0) -> None:
        """Forget what is older than an hour, and the oldest of too many; never what runs."""
        before_seconds = self._elapsed_seconds() - KEPT_SECONDS
        ended = [each for each in self._kept.values() if each.state != "running"]
        too_many = max(0, len(self._kept) + room - KEPT_MAX)
        old = [each for each in ended if each.begun_seconds < before_seconds]
        for each in [*old, *ended[:too_many]]:
            self._kept.pop(each.id, None)


def _rule_set(files: Mapping[str, str]) -> RuleSet:
    try:
        return rule_set_of_files(files)
    except SettingsError as error:
        raise RejectError(str(error)) from error
