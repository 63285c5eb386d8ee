"""Rehearses rules on what is on record: entries streamed and opened here, replayed on all cores.

Few decisions are replayed in this process; many by processes of their own, each with its engines.
Runs of bounded length are under way at a time, so that a month takes no more memory than a day.
"""

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from services.policy.bundle import Bundle
from services.policy.recorded import Entry
from services.policy.redaction import Redactor
from services.policy.regopy_engine import RegopyEngine
from services.policy.rehearsal import Tally, masked, samples_of
from services.policy.rehearsal_document import Rehearsal
from services.policy.rehearsal_plan import plan_of
from services.policy.rehearser import Rehearsed, Rehearser
from services.runtime.audit_entry import Sealer
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Row
from services.runtime.errors import InputInvalidError, StopError
from services.runtime.gate import Engine
from services.runtime.ports import Store

DECISIONS_MAX: Final = 1_000_000
PAGE_ROWS: Final = 200
FEW_DECISIONS: Final = 400
PROCESSES_MAX: Final = 16
UNDER_WAY_PER_PROCESS: Final = 3
ANSWER_SECONDS_MAX: Final = 10.0

EngineOf = Callable[[Bundle], Engine]
Show = Callable[[int, int], None]
"""Is told how many decisions are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when on decisions are replayed, and until when, which is not included."""

    since: datetime
    until: datetime

    @property
    def ms(self) -> tuple[int, int]:
        """Both in milliseconds since 1970."""
        return to_epoch_ms(self.since), to_epoch_ms(self.until)


def regopy_of(bundle: Bundle) -> Engine:
    """Return an engine for a rehearsal: nobody waits for its answers, so it has more time."""
    return RegopyEngine(bundle, seconds_max=ANSWER_SECONDS_MAX)


def rehearse(
    store: Store,
    sealer: Sealer,
    rehearsed: Rehearsed,
    span: Span,
    show: Show = lambda _done, _whole: None,
    engine_of: EngineOf | None = None,
) -> Rehearsal:
    """Return what proposed rules would have made of the decisions on record in a span of time.

    With `engine_of` everything happens in this process. Raises InputInvalidError where there are
    too many, RejectError where the proposed rules give no answers, PayloadForgedError where a
    record was changed.
    """
    whole = decisions_count(store, span)
    if whole > DECISIONS_MAX:
        raise InputInvalidError(
            f"{whole:,} decisions are on record since then, and {DECISIONS_MAX:,} are rehearsed at "
            "most; name a shorter time with --since."
        )
    plan = plan_of(rehearsed.before, rehearsed.after)
    tally = Tally()
    pages = opened_pages(store, sealer, span)
    alone = engine_of is not None or whole <= FEW_DECISIONS
    replayed = (
        _here(pages, rehearsed, engine_of or regopy_of) if alone else _apart(pages, rehearsed)
    )
    done = 0
    for count, part in replayed:
        tally.merge(part)
        done += count
        show(done, whole)
    redactor = Redactor(rehearsed.own)
    samples = (masked(sample, lambda text: redactor.text(text, "")) for sample in samples_of(tally))
    return Rehearsal(
        before=rehearsed.before.revision,
        after=rehearsed.after.revision,
        since=span.since,
        until=span.until,
        plan=plan,
        kept=len(rehearsed.after.manifest) - len(plan.run),
        tally=tally,
        samples=tuple(samples),
    )


def decisions_count(store: Store, span: Span) -> int:
    """Return how many decisions are on record in a span of time."""
    (row,) = store.select("audit_judged_count", span.ms)
    return cast("int", row["decisions"])


def opened_pages(store: Store, sealer: Sealer, span: Span) -> Iterator[list[Entry]]:
    """Yield the entries of decisions, oldest first, opened, some at a time."""
    since_ms, until_ms = span.ms
    at_ms, last = since_ms, ""
    while True:
        rows = store.select("audit_judged", (at_ms, until_ms, at_ms, at_ms, last, PAGE_ROWS))
        if rows:
            yield [_entry(row, sealer) for row in rows]
        if len(rows) < PAGE_ROWS:
            return
        at_ms, last = cast("int", rows[-1]["at_ms"]), str(rows[-1]["id"])


def _entry(row: Row, sealer: Sealer) -> Entry:
    kept: dict[str, Any] = dict(row)
    payload = None
    if kept["ciphertext"] and kept["salt"]:
        payload = sealer.open(kept["subject"], kept["body"], kept["salt"], kept["ciphertext"])
    return Entry(
        kind=kept["kind"],
        act_id=kept["act_id"] or "",
        at_ms=kept["at_ms"],
        body=kept["body"],
        payload=payload,
        parent_text=kept["parent_text"],
    )


def _here(
    pages: Iterable[list[Entry]], rehearsed: Rehearsed, engine_of: EngineOf
) -> Iterator[tuple[int, Tally]]:
    with closing(Rehearser(rehearsed, engine_of)) as rehearser:
        for page in pages:
            yield len(page), rehearser.replay(page)


def _apart(pages: Iterable[list[Entry]], rehearsed: Rehearsed) -> Iterator[tuple[int, Tally]]:
    """Yield tallies from as many processes as there are cores."""
    processes = min(PROCESSES_MAX, os.cpu_count() or 1)
    # Not a fork: this process may have threads, and a rehearsal must not inherit their locks.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(rehearsed,))
    under_way: deque[tuple[int, Future[Tally]]] = deque()
    try:
        for page in pages:
            under_way.append((len(page), pool.submit(_replay, page)))
            if len(under_way) >= processes * UNDER_WAY_PER_PROCESS:
                count, future = under_way.popleft()
                yield count, future.result()
        for count, future in under_way:
            yield count, future.result()
    except BrokenProcessPool as error:
        raise StopError(
            "A process of the rehearsal ended before its work was done; is there memory left?"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


_rehearser: Rehearser | None = None


def _begin(rehearsed: Rehearsed) -> None:
    """Make a process's own rehearser, whose engines end with the process."""
    global _rehearser  # noqa: PLW0603 - a pool hands its processes nothing else
    # Standard output is shared with who asked, and belongs to their document.
    sys.stdout = sys.stderr
    _rehearser = Rehearser(rehearsed, regopy_of)


def _replay(page: list[Entry]) -> Tally:
    assert _rehearser is not None, "a process begins with its rehearser"
    return _rehearser.replay(page)
