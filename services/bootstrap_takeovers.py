"""Wires takeovers: what the desk is given for them, who reads them, and the clock behind them."""

from collections.abc import Callable
from typing import Final

from services.bootstrap_foundation import Foundation
from services.policy.configuration import TakeoverSettings
from services.policy.file_takeover_terms import TermsFile
from services.policy.nomination_reading import NominationReading
from services.policy.takeover_parts import TakeoverParts
from services.policy.takeover_reading import TakeoverReading
from services.policy.takeover_turns import TakeoverTurns
from services.runtime.audit_entry import Sealer
from services.runtime.patient_work import PatientWork
from services.settings import BodySettings

EVERY_SECONDS: Final = 2.0


def takeover_parts_of(foundation: Foundation) -> TakeoverParts:
    """Return what the desk is given for takeovers."""
    settings = foundation.settings
    return TakeoverParts(asked_of(settings), settings.body.zone, TermsFile(foundation.folder))


def asked_of(settings: BodySettings) -> TakeoverSettings:
    """Return what is asked of curators: a second factor where sign-in is offered to them."""
    own = settings.takeovers
    if settings.sign_in.address is None or own.second_factor == "required":
        return own
    return own.model_copy(update={"second_factor": "required"})


def takeover_reading_of(foundation: Foundation) -> TakeoverReading:
    """Return what reads takeovers."""
    parts = takeover_parts_of(foundation)
    return TakeoverReading(foundation.journal.store, foundation.clock, parts)


def nomination_reading_of(foundation: Foundation) -> NominationReading:
    """Return what reads nominations."""
    return NominationReading(foundation.journal.store, foundation.clock)


def takeover_clock_of(
    foundation: Foundation, sealer: Sealer, may_move: Callable[[], bool] = lambda: True
) -> PatientWork:
    """Return what makes the clock's moves, while this process is the one that may."""
    journal = foundation.journal
    settings = foundation.settings.takeovers
    turns = TakeoverTurns(journal, journal.store, sealer, foundation.clock, settings)
    return PatientWork("takeovers", turns.turn, EVERY_SECONDS, may_move)
