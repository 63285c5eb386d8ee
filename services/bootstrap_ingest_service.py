"""The service `ingest`: sources polled under leases, webhooks, and the doors both hand in at.

Each polled source has a door of its own, and all webhooks share one. A door is counted in the
database under the source's name, whichever process keeps it: of two that take in from one source
at once, one is overtaken and hands in afresh, so that no post comes in twice. No name of a process
is kept anywhere, so nothing is left over by one that is gone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import random
from secrets import token_hex
from typing import Final

from fastapi import FastAPI

from services.bootstrap_listening import count_door, house_origin, in_folder
from services.bootstrap_scaled import Scaled, imported
from services.bootstrap_services import Order, Service
from services.bootstrap_webhooks import webhooks_of
from services.console.http_webhook import webhook_routes
from services.console.parts import Door, PartStatus, WebhookIntake
from services.console.service_app import create_service_app
from services.console.traced_requests import TRACE_ID_BYTES, RequestTraces
from services.ingest.build import build_source
from services.ingest.configuration import PolledSettings, WebhookSettings
from services.ingest.door_stage import DoorStage
from services.ingest.embedded_source import SourceRunner
from services.ingest.leased_sources import LeasedSources
from services.ingest.patient_door import PatientDoor
from services.runtime.batch_told import BatchTold
from services.runtime.clock import from_epoch_ms
from services.runtime.embedded_door import DoorRunner
from services.runtime.ports import StateReader

WEBHOOKS: Final = "webhooks"
DOOR_GATHER_SECONDS: Final = 0.05
"""A commit to PostgreSQL costs nearly the same for one post as for dozens."""


@dataclass(frozen=True, slots=True)
class _Intake:
    """What the webhook routes stand on."""

    webhooks: Mapping[str, WebhookIntake]
    door: Door
    store: StateReader
    now: Callable[[], datetime]


class IngestService:
    """Takes posts in. Several may run at once: each source is polled by one of them.

    `look_seconds` is how often a process looks whether a source came free; tests shorten it.
    """

    def __init__(self, order: Order) -> None:
        settings = order.settings
        self._webhooks = webhooks_of(settings, order.keys)
        self._polled: dict[str, PolledSettings] = {
            source.name: source
            for source in settings.sources
            if not isinstance(source, WebhookSettings)
        }
        hears_house = any(source.kind == "house" for source in settings.sources)
        self._scaled = Scaled.of(order, "ingest", with_house=hears_house)
        leases = imported("services.store.postgres_leases")
        self._leases = leases.Leases(self._scaled.address)
        self._doors = {name: self._door(name) for name in (*self._polled, WEBHOOKS)}
        self._sources = LeasedSources(
            {name: partial(self._source, source) for name, source in self._polled.items()},
            self._leases,
        )
        store, clock = self._scaled.journal.store, self._scaled.clock
        taken = _Intake(self._webhooks, PatientDoor(self._doors[WEBHOOKS]), store, clock.now)
        self._started = False
        self.app: FastAPI = create_service_app(
            self._scaled.metrics.registry,
            self.statuses,
            routers=(webhook_routes(taken),),
            traces=RequestTraces(
                fresh_id=partial(token_hex, TRACE_ID_BYTES),
                elapsed_seconds=clock.elapsed_seconds,
                tracing=self._scaled.tracing,
            ),
        )

    def start(self) -> None:
        """Open the doors, then ask for leases."""
        self._started = True
        for door in self._doors.values():
            door.start()
        self._sources.start()

    def stop(self) -> None:
        """End the polls in hand, give leases back, close the doors behind what was handed in."""
        if self._started:
            self._sources.stop()
            for door in self._doors.values():
                door.stop()
        self._leases.close()
        self._scaled.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended a part, if one did."""
        crashes = (self._sources.crash(), *(door.crashed_with for door in self._doors.values()))
        return next((crash for crash in crashes if crash), None)

    def stopped_because(self) -> str | None:
        """Return why a source polled here will not be asked again, if one will not."""
        for name, runner in self._sources.runners().items():
            if runner.stopped_because:
                return f"source {name} stopped: {runner.stopped_because}"
        return None

    def statuses(self) -> Sequence[PartStatus]:
        """Return how the doors and sources are; a source that is away does not unready us."""
        open_doors = all(door.running for door in self._doors.values())
        door = PartStatus(
            name="door",
            kind="door",
            working=open_doors,
            needed=True,
            sentence="open" if open_doors else "closed",
        )
        rows = self._scaled.journal.store.select("source_states")
        fresh = {row["id"]: row["fresh_at_ms"] for row in rows}
        polled = [self._source_status(name, fresh.get(name)) for name in self._polled]
        told = [
            PartStatus(
                name=name,
                kind="webhook",
                working=True,
                needed=False,
                sentence=f"listening at /webhooks/{name}",
            )
            for name in self._webhooks
        ]
        return [door, *polled, *told]

    def _source_status(self, name: str, fresh_at_ms: object) -> PartStatus:
        runner = self._sources.runner(name)
        return PartStatus(
            name=name,
            kind="source",
            working=True if runner is None else runner.working,
            needed=False,
            sentence="polled by another ingest service" if runner is None else runner.sentence,
            fresh_at=from_epoch_ms(fresh_at_ms) if isinstance(fresh_at_ms, int) else None,
            progress=None if runner is None else runner.progress,
        )

    def _door(self, name: str) -> DoorRunner:
        scaled, listening = self._scaled, self._scaled.settings.listening
        stage = DoorStage()
        return DoorRunner(
            stage,
            store=scaled.journal.store,
            journal=scaled.journal,
            clock=scaled.clock,
            batch_max=listening.batch_max,
            linger_seconds=listening.door_linger_ms / 1_000,
            committed=BatchTold(
                "ingest",
                scaled.clock,
                partial(count_door, scaled.metrics, stage),
                tracing=scaled.tracing,
            ),
            shared_as=f"door:{name}",
            gather_seconds=DOOR_GATHER_SECONDS,
        )

    def _source(self, source: PolledSettings) -> SourceRunner:
        scaled = self._scaled
        return SourceRunner(
            build_source(
                in_folder(source, scaled.folder),
                scaled.clock,
                house_origin(scaled.settings, source.name, scaled.house),
            ),
            door=self._doors[source.name],
            store=scaled.journal.store,
            clock=scaled.clock,
            metrics=scaled.metrics,
            draw=random,
        )


def ingest(order: Order) -> Service:
    """Open the service `ingest`."""
    return IngestService(order)
