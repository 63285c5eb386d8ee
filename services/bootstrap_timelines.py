"""Wires what stops an account by itself or lets it go: the rogue-post detector, and halts' ends."""

from collections.abc import Callable
from typing import Final

from services.bootstrap_foundation import Foundation
from services.bootstrap_speaking_foundation import SpeakingFoundation, fresh_id
from services.policy.break_glass_reading import BreakGlassReading
from services.policy.halt_turns import HaltTurns
from services.policy.incident_turns import TimelineParts, TimelineTurns
from services.publish.timeline import OwnTimelines
from services.runtime.audit_entry import Sealer
from services.runtime.patient_work import PatientWork

HALTS_SECONDS: Final = 1.0


def nothing_more() -> None:
    """Do nothing after a halt: where the senders find it themselves."""


def timeline_turns_of(
    speaking: SpeakingFoundation, halted: Callable[[], None] = nothing_more
) -> TimelineTurns:
    """Return what looks at each account's timeline; `halted` is told after it halted one."""
    journal = speaking.foundation.journal
    timelines = OwnTimelines(
        journal.store,
        speaking.platforms.get,
        speaking.credential,
        speaking.approved.content_of,
    )
    return TimelineTurns(
        TimelineParts(
            store=journal.store,
            journal=journal,
            sealer=speaking.sealer,
            clock=speaking.foundation.clock,
            accounts=tuple(speaking.platforms),
            fresh_id=fresh_id,
            unaccounted=timelines.unaccounted,
            halted=halted,
            found=speaking.foundation.metrics.rogue_posts.inc,
        )
    )


def timeline_work_of(
    speaking: SpeakingFoundation,
    halted: Callable[[], None] = nothing_more,
    may_work: Callable[[], bool] = lambda: True,
) -> PatientWork:
    """Return what looks at timelines, while this process is the one that may."""
    turns = timeline_turns_of(speaking, halted)
    return PatientWork("timelines", turns.turn, speaking.settings.timeline_seconds, may_work)


def halt_work_of(
    foundation: Foundation, sealer: Sealer, may_work: Callable[[], bool] = lambda: True
) -> PatientWork:
    """Return what ends halts in time and measures them, while this process is the one that may."""
    journal = foundation.journal
    turns = HaltTurns(journal, journal.store, sealer, foundation.clock)
    return PatientWork("halts", turns.turn, HALTS_SECONDS, may_work)


def break_glass_of(foundation: Foundation) -> BreakGlassReading:
    """Return what reads broken glass."""
    return BreakGlassReading(foundation.journal.store, foundation.clock.now)
