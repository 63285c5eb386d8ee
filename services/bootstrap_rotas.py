"""Wires rotas: the clock behind them."""

from collections.abc import Callable
from typing import Final

from services.bootstrap_foundation import Foundation
from services.policy.rota_turns import RotaTurns
from services.runtime.audit_entry import Sealer
from services.runtime.patient_work import PatientWork

EVERY_SECONDS: Final = 30.0
"""No leave hangs on it but what nobody looked at in time; a shift's own window is its edge."""


def rota_work_of(
    foundation: Foundation, sealer: Sealer, may_work: Callable[[], bool] = lambda: True
) -> PatientWork:
    """Return the clock's work on rotas, while this process is the one that does it."""
    journal = foundation.journal
    turns = RotaTurns(journal, journal.store, sealer, foundation.clock)
    return PatientWork("rotas", turns.turn, EVERY_SECONDS, may_work)
