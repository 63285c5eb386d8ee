"""`mercat judge`: has the content rules judge drafts, a line of JSON each, as many as one likes."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final

import click

from services.cli_options import folder_option

if TYPE_CHECKING:
    from services.policy.bundle import Bundle
    from services.policy.draft_reader import DraftReader
    from services.policy.gate import EngineGate
    from services.policy.judging import Draft
    from services.runtime.clock import Clock
    from services.settings import BodySettings

LINES_MAX: Final = 1_000_000
ENGINES_MAX: Final = 4
WAITING_PER_ENGINE: Final = 4
ANSWER_SECONDS_MAX: Final = 30.0
SHOWN_AFTER_SECONDS: Final = 2.0
COUNTED_EVERY: Final = 100
FAULTY: Final = 1

Judge = Callable[["Draft"], tuple[str, str | None]]
"""Gives the answer to a draft, and what went wrong where the rules could not be asked."""


@click.command()
@click.argument("file", type=click.File("rb"))
@folder_option
def judge(file: IO[bytes], folder: Path | None) -> None:
    """Judge drafts by their words alone: FILE (or - for standard input) holds JSON Lines.

    Without a folder, the sample town's settings and the rules that come with Mercat hold.
    """
    from services.log_lines import write_log_lines
    from services.runtime.errors import InputInvalidError
    from services.runtime.system_clock import SystemClock
    from services.settings import read_environment

    environment = read_environment()
    write_log_lines("error", environment.log_format)
    settings, bundle = _of_folder(folder) if folder else _of_town()
    engines = min(ENGINES_MAX, _cores())
    faults = 0
    with ExitStack() as ends:
        judged = _judging(settings, bundle, engines, ends)
        pool = ends.enter_context(ThreadPoolExecutor(engines, thread_name_prefix="judge"))
        progress = _Progress(SystemClock(), _size_bytes(file))
        ends.callback(progress.end)
        lines = _Lines(file, progress)
        for number, answer in _in_order(lines, judged, pool, engines):
            line, fault = answer.result()
            if line:
                click.echo(line)
            if fault is not None:
                faults += 1
                progress.end()
                click.echo(f"mercat: line {number}: {fault}.", err=True)
    if lines.is_cut:
        raise InputInvalidError(
            f"{LINES_MAX:,} lines are judged, and there are more; split the file"
        )
    if faults:
        sys.exit(FAULTY)


def _of_town() -> "tuple[BodySettings, Bundle]":
    from services.policy.file_bundle import read_bundle
    from services.runtime.yaml_lines import parse_yaml
    from services.settings import SETTINGS_NAME, BodySettings
    from services.town.file_texts import read_settings

    settings = parse_yaml(read_settings(SETTINGS_NAME), BodySettings, SETTINGS_NAME)
    return settings, read_bundle()


def _of_folder(folder: Path) -> "tuple[BodySettings, Bundle]":
    from services.cli_policy_files import in_force_of
    from services.settings import read_body, read_environment

    return read_body(folder, read_environment()), in_force_of(folder).bundle


def _judging(settings: "BodySettings", bundle: "Bundle", engines: int, ends: ExitStack) -> Judge:
    """Return what judges a draft, from any of several threads; its engines end with `ends`."""
    from services.policy.draft_reader import DraftReader
    from services.policy.gate import EngineGate
    from services.policy.judging import PLATFORMS, content_bundle
    from services.policy.regopy_engine import RegopyEngine

    reader = DraftReader(settings.speaking.own, settings.body.languages, PLATFORMS, bundle.lists)
    content = content_bundle(bundle)
    gates: SimpleQueue[EngineGate] = SimpleQueue()
    for _ in range(engines):
        engine = RegopyEngine(content, seconds_max=ANSWER_SECONDS_MAX)
        ends.callback(engine.close)
        gates.put(EngineGate(engine, content))

    def judged(draft: "Draft") -> tuple[str, str | None]:
        gate = gates.get()
        try:
            return _judged(draft, reader, gate)
        finally:
            gates.put(gate)

    return judged


def _judged(draft: "Draft", reader: "DraftReader", gate: "EngineGate") -> tuple[str, str | None]:
    from services.policy.judging import answer_line, draft_facts

    facts = draft_facts(draft, reader)
    verdict = gate.judge(facts)
    if verdict.failure is not None:
        # What ended an engine once does not as a rule end the next one.
        verdict = gate.judge(facts)
    if verdict.failure is None:
        return answer_line(draft, verdict), None
    why = f"{verdict.failure[:1].lower()}{verdict.failure[1:].removesuffix('.')}"
    return answer_line(draft, verdict), f"the draft is held: {why}; judge it again"


def _in_order(
    lines: "_Lines", judged: Judge, pool: ThreadPoolExecutor, engines: int
) -> "Iterator[tuple[int, Future[tuple[str, str | None]]]]":
    """Yield each line's number and answer, in the lines' order; few are at work at a time."""
    waiting: deque[tuple[int, Future[tuple[str, str | None]]]] = deque()
    for number, line in lines:
        waiting.append((number, pool.submit(_answered, line, judged)))
        if len(waiting) >= engines * WAITING_PER_ENGINE:
            yield waiting.popleft()
    yield from waiting


def _answered(line: bytes | None, judged: Judge) -> tuple[str, str | None]:
    from services.policy.judging import LINE_BYTES_MAX, read_draft_line
    from services.runtime.errors import InputInvalidError

    if line is None:
        return (
            "",
            f"it is over {LINE_BYTES_MAX:,} bytes; no platform takes such a draft: shorten it",
        )
    try:
        draft = read_draft_line(line)
    except InputInvalidError as error:
        return "", str(error)
    return judged(draft)


class _Lines:
    """The lines of a file with their numbers from 1; blank ones are left out.

    `is_cut` says that there were more than are taken.
    """

    def __init__(self, file: IO[bytes], progress: "_Progress") -> None:
        self._file = file
        self._progress = progress
        self.is_cut = False

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        """Yield each line, or None in place of one that is too long to be taken in."""
        from services.policy.judging import LINE_BYTES_MAX

        number = 0
        while line := self._file.readline(LINE_BYTES_MAX + 1):
            number += 1
            if number > LINES_MAX:
                self.is_cut = True
                return
            self._progress.show(len(line))
            if len(line) > LINE_BYTES_MAX and not line.endswith(b"\n"):
                while (rest := self._file.readline(LINE_BYTES_MAX)) and not rest.endswith(b"\n"):
                    self._progress.show(len(rest))
                yield number, None
            elif line.strip():
                yield number, line


class _Progress:
    """Shows at a terminal how much of a file is read, once that has taken longer than a moment.

    A bar where the file has a length, else how many lines there were.
    """

    def __init__(self, clock: "Clock", size_bytes: int | None) -> None:
        self._clock = clock
        self._size_bytes = size_bytes
        self._began_seconds = clock.elapsed_seconds()
        self._done_bytes = 0
        self._lines = 0
        self._counted = False
        self._bar: Any = None

    def show(self, read_bytes: int) -> None:
        """Take in that a line of so many bytes was read."""
        self._done_bytes += read_bytes
        self._lines += 1
        elapsed_seconds = self._clock.elapsed_seconds() - self._began_seconds
        if elapsed_seconds < SHOWN_AFTER_SECONDS or not sys.stderr.isatty():
            return
        if self._size_bytes is None:
            if self._lines % COUNTED_EVERY == 0:
                click.echo(f"\rJudging, {self._lines:,} read", nl=False, err=True)
                self._counted = True
            return
        if self._bar is None:
            label = "Judging"
            self._bar = click.progressbar(length=self._size_bytes, label=label, file=sys.stderr)
        self._bar.update(max(0, min(self._done_bytes, self._size_bytes) - self._bar.pos))

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None
        if self._counted:
            click.echo(err=True)
            self._counted = False


def _size_bytes(file: IO[bytes]) -> int | None:
    """Return how long a file is, None where it is none that has a length."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except OSError:
        return None


def _cores() -> int:
    return os.cpu_count() or 1
