"""Wires the register of accounts and the reports on slots: who reads them, and who makes them."""

from collections.abc import Callable
from typing import Final

from services.bootstrap_foundation import Foundation
from services.bootstrap_rules import public_rules_of
from services.house.configuration import full_handle
from services.ingest.sighting import known_id
from services.policy.configuration import answering
from services.policy.register_reading import Body, RegisterReading
from services.policy.slot_report_reading import SlotReportReading
from services.policy.slot_report_turns import ReportParts, SlotReportTurns
from services.runtime.audit_entry import Sealer
from services.runtime.effects import Key
from services.runtime.patient_work import PatientWork

EVERY_SECONDS: Final = 5.0


def register_reading_of(foundation: Foundation) -> RegisterReading:
    """Return what reads the register."""
    settings = foundation.settings
    body = Body(
        accounts=settings.accounts,
        teams={team.id: team.name for team in settings.routing.teams},
        domain=settings.house.domain,
        address=settings.house.address,
    )
    clock = foundation.clock
    return RegisterReading(foundation.journal.store, body, clock.now, clock.elapsed_seconds)


def slot_report_reading_of(foundation: Foundation) -> SlotReportReading:
    """Return what reads reports on slots."""
    names = {account.id: account.name for account in foundation.settings.accounts}
    rules = public_rules_of(foundation)
    return SlotReportReading(foundation.journal.store, rules, names, foundation.clock.now)


def slot_report_turns_of(foundation: Foundation, sealer: Sealer) -> SlotReportTurns:
    """Return what makes reports on slots."""
    settings, journal = foundation.settings, foundation.journal
    handles = [account.handle for account in settings.accounts]
    own = {full_handle(handle, settings.house.domain) for handle in handles}
    return SlotReportTurns(
        ReportParts(
            store=journal.store,
            journal=journal,
            sealer=sealer,
            clock=foundation.clock,
            sources={account: source for source, account in answering(settings.accounts).items()},
            own=frozenset(own | set(handles)),
            known_key=lambda source, native_id: Key("known_posts", known_id(source, native_id)),
        )
    )


def slot_report_work_of(
    foundation: Foundation, sealer: Sealer, may_work: Callable[[], bool] = lambda: True
) -> PatientWork:
    """Return what makes reports on slots, while this process is the one that may."""
    turns = slot_report_turns_of(foundation, sealer)
    return PatientWork("slot reports", turns.turn, EVERY_SECONDS, may_work)
