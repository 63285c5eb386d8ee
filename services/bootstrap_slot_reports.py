"""Wires the register of accounts and the reports on slots: who reads them, and who makes them."""

from services.bootstrap_foundation import Foundation
from services.policy.register_reading import Body, RegisterReading


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
