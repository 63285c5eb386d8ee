"""The work of speaking that is done again and again: what stands on the store, and on platforms.

Of several processes one does each, by name; in one process, that one.
"""

from collections.abc import Callable, Sequence
from typing import Final

from services.bootstrap_bells import bell_works_of
from services.bootstrap_foundation import Foundation
from services.bootstrap_handovers import handover_work_of
from services.bootstrap_rotas import rota_work_of
from services.bootstrap_slot_reports import slot_report_work_of
from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.bootstrap_takeovers import takeover_clock_of
from services.bootstrap_timelines import halt_work_of, nothing_more, timeline_work_of
from services.runtime.audit_entry import Sealer
from services.runtime.desk import Desk
from services.runtime.patient_work import PatientWork
from services.store.file_keys import KeyFolder

MayWork = Callable[[str], bool]
"""Says whether this process is the one that does the work of a name now."""
OFTEN_SECONDS: Final = 0.25
"""Whoever ends a slot and closes it at once is not kept waiting for the account to be read."""


def alone(name: str) -> bool:
    """Let the only process do everything."""
    del name
    return True


class Works:
    """Several pieces of work, each in a thread of its own, begun and ended together."""

    def __init__(self, works: Sequence[PatientWork]) -> None:
        self._works = works

    def start(self) -> None:
        """Begin each."""
        for each in self._works:
            each.start()

    def stop(self) -> None:
        """End each after the turn in hand, the last begun first."""
        for each in reversed(self._works):
            each.stop()

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended one, if one did."""
        return next((each.crashed_with for each in self._works if each.crashed_with), None)


def store_works_of(
    foundation: Foundation, sealer: Sealer, keys: KeyFolder, may_work: MayWork = alone
) -> Works:
    """Return the work that needs nothing but the store: the moves that are the clock's, bells."""
    return Works(
        [
            takeover_clock_of(foundation, sealer, lambda: may_work("takeovers")),
            halt_work_of(foundation, sealer, lambda: may_work("halts")),
            *bell_works_of(foundation, keys, may_work),
            rota_work_of(foundation, sealer, lambda: may_work("rotas")),
            slot_report_work_of(foundation, sealer, lambda: may_work("slot reports")),
        ]
    )


def platform_works_of(
    speaking: SpeakingFoundation,
    desk: Desk,
    may_work: MayWork = alone,
    *,
    every_seconds: float = OFTEN_SECONDS,
    halted: Callable[[], None] = nothing_more,
) -> Works:
    """Return the work that reads accounts on their platforms, and proposes at the desk.

    `halted` is told after the program itself halted an account.
    """
    handovers = handover_work_of(
        speaking, desk, lambda: may_work("handovers"), every_seconds=every_seconds
    )
    timelines = timeline_work_of(speaking, halted, lambda: may_work("timelines"))
    return Works([handovers, timelines])
