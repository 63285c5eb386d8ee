"""Wires bells: what collects them, what brings them to people, each in a thread of its own."""

from collections.abc import Callable, Sequence
from typing import Final

from services.bootstrap_foundation import Foundation
from services.console.parts import PartStatus
from services.ingest.webhook import secret_bytes
from services.policy.bell_collecting import BellCollecting, Collecting
from services.policy.bell_configuration import SmtpSettings
from services.policy.bell_counts import BellCounts
from services.policy.bell_delivery import BellDelivery
from services.policy.bell_reading import ways_told
from services.policy.http_ringer import HttpRinger
from services.policy.smtp_ringer import SmtpLogin, SmtpRinger
from services.runtime.clock import to_epoch_ms
from services.runtime.patient_work import PatientWork
from services.runtime.ringer import Ringer
from services.store.file_keys import KeyFolder

EVERY_SECONDS: Final = 1.0
TIDY_SECONDS: Final = 3_600.0


def ringers_of(foundation: Foundation, keys: KeyFolder) -> Sequence[Ringer]:
    """Return what rings, by the settings: nothing where they name no server and no webhook.

    Raises SettingsError where a secret is missing, or others may read it.
    """
    settings, body = foundation.settings.bells, foundation.settings.body.name
    found: list[Ringer] = []
    if settings.smtp is not None:
        found.append(SmtpRinger(settings.smtp, body, _login(settings.smtp, keys)))
    for webhook in settings.webhooks:
        secret = secret_bytes(keys.secret(webhook.secret))
        found.append(HttpRinger(webhook, secret, foundation.clock))
    return found


def bell_works_of(
    foundation: Foundation, keys: KeyFolder, may_work: Callable[[str], bool]
) -> Sequence[PatientWork]:
    """Return the work of bells: none of it waits for another, so a dead server holds nothing up."""
    journal, settings = foundation.journal, foundation.settings
    collecting = BellCollecting(
        Collecting(
            journal,
            journal.store,
            foundation.clock,
            settings.bells,
            settings.bells.channels,
            settings.body.zone,
        )
    )
    works = [
        _work("bells", collecting.turn, EVERY_SECONDS, may_work),
        _work("bells old", collecting.tidy, TIDY_SECONDS, may_work),
    ]
    for ringer in ringers_of(foundation, keys):
        delivery = BellDelivery(
            ringer,
            journal,
            journal.store,
            foundation.clock,
            settings.bells.address,
            told=BellCounts(foundation.metrics, [ringer.channel]),
        )
        works.append(_work(f"bells {ringer.channel}", delivery.turn, EVERY_SECONDS, may_work))
    return works


def bell_statuses_of(foundation: Foundation) -> Sequence[PartStatus]:
    """Return how each way to people is; one that is away makes nothing else stop."""
    channels = foundation.settings.bells.channels
    if not channels:
        return ()
    now_ms = to_epoch_ms(foundation.clock.now())
    return [
        PartStatus(
            name=f"bells by {each.channel}",
            kind="ringer",
            working=each.working,
            needed=False,
            sentence=each.sentence,
        )
        for each in ways_told(foundation.journal.store, channels, now_ms)
    ]


def _work(
    name: str, turn: Callable[[], int], every_seconds: float, may_work: Callable[[str], bool]
) -> PatientWork:
    return PatientWork(name, turn, every_seconds, lambda: may_work(name))


def _login(settings: SmtpSettings, keys: KeyFolder) -> SmtpLogin | None:
    if settings.username is None or settings.password is None:
        return None
    return SmtpLogin(settings.username, keys.secret(settings.password))
