"""The services `policy` and `publish`: the rules in force and checkpoints; the senders."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final

from fastapi import FastAPI

from services.bootstrap_gauges import gauge_work_of, speaking_readings_of
from services.bootstrap_rules import rules_of
from services.bootstrap_scaled import Scaled, imported
from services.bootstrap_scaled_speaking import ScaledSpeaking
from services.bootstrap_senders import Senders, clock_statuses
from services.bootstrap_services import Order, Service
from services.bootstrap_speaking_foundation import checkpoints_of, desk_of
from services.bootstrap_speaking_work import platform_works_of, store_works_of
from services.console.parts import PartStatus
from services.console.service_app import create_service_app
from services.policy.bundle import Bundle
from services.policy.draft_reader import DraftReader
from services.policy.engine_gauges import EngineGauges
from services.policy.file_rules_key import open_rules_key
from services.policy.file_rules_reached import KeptReached
from services.policy.http_bundle import bundle_routes
from services.policy.judging import PLATFORMS
from services.policy.regopy_engine import RegopyEngine
from services.policy.system_sealer import SubjectSealer
from services.publish.leave_to_send import LeasedLeave
from services.publish.leave_watch import LeaveWatch
from services.publish.sender_waits import SenderWaits
from services.runtime.clock import to_epoch_ms
from services.runtime.errors import RetryLaterError
from services.store.file_installation import open_installation

CHECKPOINTS: Final = "checkpoints"
CREDENTIALS: Final = "credentials"
PLATFORM_SECONDS: Final = 1.0


def leases_of(scaled: Scaled) -> Any:
    """Return the leases of this process; see `services/store/postgres_leases.py`."""
    return imported("services.store.postgres_leases").Leases(scaled.address)


class PolicyService:
    """Serves the bundle that every OPA fetches; of several, one writes checkpoints.

    One of them, the same or another, makes the moves of takeovers that are the clock's.
    """

    def __init__(self, order: Order) -> None:
        self._closing = ExitStack()
        with ExitStack() as opening:
            scaled = Scaled.of(order, "policy", database_clock=True)
            opening.callback(scaled.close)
            self._leases = leases_of(scaled)
            opening.callback(self._leases.close)
            journal = scaled.journal
            installation = open_installation(
                journal.store, journal, order.keys, to_epoch_ms(scaled.clock.now())
            )
            self._writes = False
            self._checkpoints = checkpoints_of(scaled, installation, self._may_write)
            key = open_rules_key(journal.store, order.keys, installation.id)
            sealer = SubjectSealer(installation, journal.store, journal, shared=True)
            self._works = store_works_of(
                scaled, sealer, order.keys, lambda name: bool(self._leases.hold(name))
            )
            self._gauges = gauge_work_of(scaled, speaking_readings_of(scaled, self._checkpoints))
            seconds_max = scaled.settings.speaking.gate_seconds_max

            def engine_of(bundle: Bundle) -> RegopyEngine:
                return RegopyEngine(bundle, seconds_max=seconds_max)

            def reader_of(bundle: Bundle) -> DraftReader:
                body = scaled.settings
                return DraftReader(
                    body.speaking.own,
                    body.body.languages,
                    PLATFORMS,
                    lambda: bundle.lists,
                    bundle.authority,
                )

            # What no engine can be asked by is handed to no OPA: so it is tried here first.
            kept = KeptReached(order.keys, installation.id)
            self._rules = rules_of(
                scaled, sealer, key, engine_of, reader_of, kept=kept, waits=False
            )
            opening.callback(self._rules.close)
            routes = bundle_routes(lambda: self._rules.bundle, key.sign_archive)
            self.app: FastAPI = create_service_app(
                scaled.metrics.registry, self.statuses, routers=(routes,)
            )
            self._closing = opening.pop_all()

    def start(self) -> None:
        """Begin to write checkpoints, to move takeovers and to look for new rules."""
        self._rules.start()
        self._checkpoints.start()
        self._works.start()
        self._gauges.start()

    def stop(self) -> None:
        """Write a last checkpoint, and let go of everything."""
        self._gauges.stop()
        self._works.stop()
        self._checkpoints.stop()
        self._closing.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended what is done again and again here, if one did."""
        done_again = (self._checkpoints, self._works, self._rules, self._gauges)
        return next((each.crashed_with for each in done_again if each.crashed_with), None)

    def stopped_because(self) -> str | None:
        """Return None: nothing here stops for a reason."""
        return None

    def statuses(self) -> Sequence[PartStatus]:
        """Return which rules are served, and whether checkpoints are written here."""
        crashed = self._checkpoints.crashed_with is not None
        here = "written here" if self._writes else "another process writes them, or none is due yet"
        return [
            PartStatus(
                name="bundle",
                kind="rules",
                working=True,
                needed=True,
                sentence=self._rules.trouble
                or f"serves revision {self._rules.bundle.revision[:12]}, "
                f"number {self._rules.number}",
            ),
            PartStatus(
                name=CHECKPOINTS,
                kind="audit",
                working=not crashed,
                needed=False,
                sentence="stopped by a bug" if crashed else here,
            ),
        ]

    def _may_write(self) -> bool:
        self._writes = bool(self._leases.hold(CHECKPOINTS))
        return self._writes


class PublishService:
    """Sends what was approved. Several may run at once: each account is sent for by one of them."""

    def __init__(self, order: Order) -> None:
        self._closing = ExitStack()
        with ExitStack() as opening:
            self._speaking = speaking = ScaledSpeaking.of(order, "publish", opening)
            scaled = speaking.scaled
            self._leases = leases_of(scaled)
            opening.callback(self._leases.close)
            self._prepare()
            self.senders = Senders(speaking, LeasedLeave(self._leases))
            self._watch = LeaveWatch(
                scaled.journal.store,
                scaled.clock,
                changed=self.senders.wake,
                halted=self.senders.halted,
            )
            self._works = platform_works_of(
                speaking,
                desk_of(speaking, lambda _verb: self.senders.wake()),
                lambda name: bool(self._leases.hold(name)),
                every_seconds=PLATFORM_SECONDS,
            )
            self._gauges = gauge_work_of(
                scaled,
                [
                    SenderWaits(scaled.journal.store),
                    self.senders.answers,
                    EngineGauges(speaking.rules.can_be_asked),
                ],
            )
            self.app: FastAPI = create_service_app(scaled.metrics.registry, self.statuses)
            self._started = False
            self._closing = opening.pop_all()

    def start(self) -> None:
        """Begin to send."""
        self._started = True
        self._speaking.rules.start()
        self.senders.start()
        self._watch.start()
        self._works.start()
        self._gauges.start()

    def stop(self) -> None:
        """End once what is on its way has ended and is written down; others take over at once."""
        if self._started:
            self._gauges.stop()
            self._works.stop()
            self._watch.stop()
            self.senders.stop()
        self._closing.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended a part, if one did."""
        rules = self._speaking.rules.crashed_with
        works = self._works.crashed_with or self._gauges.crashed_with
        watches = self._watch.crashed_with or works
        return self.senders.crash() or watches or rules

    def stopped_because(self) -> str | None:
        """Return why a sender will not go on by itself, if one will not."""
        for sender in self.senders.all:
            if sender.stopped_because is not None:
                return f"the sender of {sender.account} stopped: {sender.stopped_because}"
        return None

    def statuses(self) -> Sequence[PartStatus]:
        """Return how the engine and every sender are."""
        return [self._speaking.rules_status(needed=True), *sender_statuses(self.senders)]

    def _prepare(self) -> None:
        if not self._leases.hold(CREDENTIALS):
            raise RetryLaterError("another process gives the accounts their credentials")
        try:
            self._speaking.prepare()
        finally:
            with suppress(RetryLaterError):
                self._leases.release(CREDENTIALS)


def sender_statuses(senders: Senders) -> Sequence[PartStatus]:
    """Return how every sender is; one that waits for its platform holds up nothing else."""
    told = [
        PartStatus(
            name=f"sender {sender.account}",
            kind="sender",
            working=sender.working,
            needed=False,
            sentence=sender.sentence,
        )
        for sender in senders.all
    ]
    return [*told, *clock_statuses(senders.all)]


def policy(order: Order) -> Service:
    """Open the service `policy`."""
    return PolicyService(order)


def publish(order: Order) -> Service:
    """Open the service `publish`."""
    return PublishService(order)
