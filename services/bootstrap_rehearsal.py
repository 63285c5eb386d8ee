"""Rehearses proposed rules on a body's records, here or in a process apart, for people and the API.

`python -m services.bootstrap_rehearsal` takes one order as JSON, tells how far it is line by line,
and ends with the rehearsal's document: whoever asked goes on meanwhile, and can end it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from services.bootstrap_foundation import Foundation
from services.bootstrap_rules import rules_desk_of
from services.policy.bundle import Bundle
from services.policy.file_bundle import read_bundle
from services.policy.file_rule_set import delivered_data
from services.policy.regopy_check import CheckedApart
from services.policy.regopy_rehearsal import Show, Span, rehearse
from services.policy.rehearsal_document import Rehearsal, rehearsal_document
from services.policy.rehearser import Rehearsed
from services.policy.rule_set import rule_set_of_files
from services.policy.rules_in_force import RulesInForce
from services.policy.rules_on_record import known_rules
from services.policy.rules_workshop import RulesWorkshop
from services.policy.system_sealer import SubjectSealer
from services.runtime.clock import Clock
from services.runtime.errors import InputInvalidError, MercatError, RetryLaterError
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings, read_body, read_environment
from services.store.file_installation import read_installation
from services.store.file_keys import KeyFolder

SINCE_DAYS_MAX: Final = 3_660
LINE_BYTES_MAX: Final = 4_000_000
TOLD_EVERY: Final = 0.5
ENDED_EARLY: Final = (
    "The rehearsal ended before its time. Is there memory left? Try again, with a shorter time."
)
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_back(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment from which on decisions are replayed. Raises InputInvalidError."""
    count, unit = said[:-1], said[-1:]
    try:
        if unit in _UNITS and count.isascii() and count.isdigit():
            back = int(count) * _UNITS[unit]
        else:
            day = datetime.fromisoformat(said)
            back = now - (day if day.tzinfo else day.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputInvalidError(
            f"since: {said!r} is no time; write 30d, 12h, 4w or a day such as 2026-03-01."
        ) from error
    if not timedelta(0) < back <= timedelta(days=SINCE_DAYS_MAX):
        raise InputInvalidError(
            f"since: {said!r} is not in the last {SINCE_DAYS_MAX:,} days; name a time in them."
        )
    return now - back


def rehearsed_files(
    folder: Path,
    environment: EnvironmentSettings,
    keys: KeyFolder,
    proposed: Bundle,
    since: str,
    show: Show,
    clock: Clock,
) -> Rehearsal:
    """Return the rehearsal of proposed rules on a body's records since some time ago.

    Raises SettingsError, FolderError or StorageRefusedError where they cannot be read, and as
    `rehearse` of `services/policy/regopy_rehearsal.py` does.
    """
    from services.cli_audit_files import Unwritten
    from services.cli_store import store_of

    settings = read_body(folder, environment)
    zone = ZoneInfo(settings.body.zone)
    now = clock.now()
    span = Span(moment_back(since, now, zone), now)
    with store_of(folder, environment) as store:
        installation = read_installation(store, keys)
        known = known_rules(store, read_bundle(), delivered_data())
        rehearsed = Rehearsed(
            before=known.in_force,
            after=proposed,
            earlier=known.earlier,
            own=settings.speaking.own,
            languages=tuple(settings.body.languages),
            zone=zone,
        )
        sealer = SubjectSealer(installation, store, Unwritten())
        return rehearse(store, sealer, rehearsed, span, show)


def workshop_of(
    foundation: Foundation,
    keys: KeyFolder,
    rules: RulesInForce,
    looks: CheckedApart,
    fresh_id: Callable[[], str],
) -> RulesWorkshop:
    """Return where proposed rules are tried by the API; it is closed with what speaks."""
    reading = rules_desk_of(foundation, rules)
    return RulesWorkshop(
        looks,
        RehearsedApart(foundation.folder, keys),
        reading.rule_set,
        fresh_id,
        foundation.clock.elapsed_seconds,
    )


class RehearsedApart:
    """Rehearses in a process apart, which `end` kills with whatever it started."""

    def __init__(self, folder: Path, keys: KeyFolder) -> None:
        self._folder = folder
        self._keys = keys
        self._child: subprocess.Popen[bytes] | None = None

    def __call__(self, files: Mapping[str, str], since: str, show: Show) -> Mapping[str, Any]:
        """Return the document of a rehearsal, as `propose` takes it; one at a time.

        Raises InputInvalidError, in words, where it cannot be done; RetryLaterError where the
        process ended before its time.
        """
        place = {"folder": str(self._folder), "keys": str(self._keys.folder)}
        order = json.dumps({**place, "files": dict(files), "since": since}).encode()
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "services.bootstrap_rehearsal"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as child:
            self._child = child
            try:
                assert child.stdin is not None
                assert child.stdout is not None
                with child.stdin as asked:
                    asked.write(order)
                return _document(child.stdout, show)
            finally:
                self.end()
                self._child = None

    def end(self) -> None:
        """Kill the process, if one is at work."""
        child = self._child
        if child is not None and child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)


def _document(answers: IO[bytes], show: Show) -> Mapping[str, Any]:
    for line in iter(lambda: answers.readline(LINE_BYTES_MAX), b""):
        told: Mapping[str, Any] = json.loads(line)
        if "document" in told:
            document: Mapping[str, Any] = told["document"]
            return document
        if "refused" in told:
            raise InputInvalidError(str(told["refused"]))
        show(told["done"], told["whole"])
    raise RetryLaterError(ENDED_EARLY)


def _answer(asked: Mapping[str, Any], write: Callable[[Mapping[str, Any]], None]) -> None:
    clock = SystemClock()
    told_seconds = clock.elapsed_seconds()

    def show(done: int, whole: int) -> None:
        nonlocal told_seconds
        if clock.elapsed_seconds() - told_seconds >= TOLD_EVERY:
            told_seconds = clock.elapsed_seconds()
            write({"done": done, "whole": whole})

    try:
        rehearsal = rehearsed_files(
            Path(asked["folder"]),
            read_environment(),
            KeyFolder(Path(asked["keys"])),
            rule_set_of_files(asked["files"]).bundle,
            asked["since"],
            show,
            clock,
        )
    except MercatError as error:
        write({"refused": str(error)})
        return
    write({"document": json.loads(rehearsal_document(rehearsal))})


def _write(answers: IO[str], told: Mapping[str, Any]) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()


if __name__ == "__main__":
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        # What a library writes must not stand among the answers.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        _answer(json.load(sys.stdin), lambda told: _write(answers, told))
