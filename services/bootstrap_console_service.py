"""The service `console`: pages, the API and commands, on PostgreSQL; live posts from Kafka's tail.

Nothing here waits for Kafka: while it is away the page shows what came before, and says so.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import structlog
from fastapi import FastAPI

from schemas.topics import POSTS_ROUTED
from services.bootstrap_audit import audit_of
from services.bootstrap_bells import bell_statuses_of
from services.bootstrap_console import house_place
from services.bootstrap_gauges import gauge_work_of
from services.bootstrap_records import keys_desk_of, records_with_topics
from services.bootstrap_rules import public_rules_of, rules_desk_of
from services.bootstrap_scaled import imported
from services.bootstrap_scaled_speaking import ScaledSpeaking
from services.bootstrap_senders import answer_counts_of
from services.bootstrap_services import Order, Service
from services.bootstrap_sign_in import sign_in_of
from services.bootstrap_slot_reports import register_reading_of, slot_report_reading_of
from services.bootstrap_speaking_foundation import desk_of, settlement_of
from services.bootstrap_takeovers import nomination_reading_of, takeover_reading_of
from services.bootstrap_timelines import break_glass_of
from services.commands import ListeningCommands
from services.console.app import create_app
from services.console.live import ITEMS_MAX
from services.console.parts import ConsoleParts, PartStatus, TeamName
from services.log.tailed_log import TailedLog
from services.policy.configuration import answering
from services.policy.correction_reading import CorrectionReading
from services.policy.engine_gauges import EngineGauges
from services.policy.incident_reading import IncidentReading
from services.publish.sender_parts import nothing_more
from services.publish.sending import Sending
from services.runtime.effects import Key, Row
from services.runtime.errors import OverloadedError
from services.runtime.ports import EventLog
from services.runtime.step import Intake
from services.settings import CONTROL_NAME

TOKEN_BYTES: Final = 32
EVERY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is not to be named

log = structlog.get_logger(__name__)


class ShutDoor:
    """A door where nothing is handed in: what comes from outside comes to the service `ingest`."""

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Refuse."""
        del intakes, writes
        raise OverloadedError("posts are taken in by the service `ingest`, not here")


def parts_of(
    speaking: ScaledSpeaking,
    event_log: EventLog,
    *,
    control_token: str,
    statuses: Callable[[], Sequence[PartStatus]],
    settled: Callable[[Sending], None] = nothing_more,
) -> ConsoleParts:
    """Return what a console on PostgreSQL stands on; `settled` is told what a person settled."""
    scaled = speaking.scaled
    settings = scaled.settings
    waiting = imported("services.store.postgres_waiting").WaitingEvents(scaled.journal)
    # The senders look at the rows themselves, wherever they run.
    desk = desk_of(speaking, lambda _verb: None)
    return ConsoleParts(
        body_name=settings.body.name,
        zone=settings.body.zone,
        demonstration=settings.kind == "demonstration",
        teams=[TeamName(team.id, team.name) for team in settings.routing.teams],
        event_log=event_log,
        store=scaled.journal.store,
        door=ShutDoor(),
        commands=ListeningCommands(scaled, speaking.notes),
        registry=scaled.metrics.registry,
        tracing=scaled.tracing,
        control_token=control_token,
        webhooks={},
        now=scaled.clock.now,
        elapsed_seconds=scaled.clock.elapsed_seconds,
        statuses=statuses,
        house=house_place(settings, scaled.house),
        answering=answering(settings.accounts),
        desk=desk,
        audit=audit_of(speaking),
        records=records_with_topics(speaking, waiting),
        keys=keys_desk_of(speaking),
        rules=rules_desk_of(scaled, speaking.rules),
        public_rules=public_rules_of(scaled),
        workshop=speaking.workshop,
        takeovers=takeover_reading_of(scaled),
        nominations=nomination_reading_of(scaled),
        corrections=CorrectionReading(scaled.journal.store),
        incidents=IncidentReading(scaled.journal.store),
        break_glass=break_glass_of(scaled),
        register=register_reading_of(scaled),
        slot_reports=slot_report_reading_of(scaled),
        settle=settlement_of(speaking, settled),
        sign_in=sign_in_of(speaking, desk),
        sign_in_address=settings.sign_in.address,
    )


class ConsoleService:
    """What people and programs meet. Several may run at once; none keeps anything of its own."""

    def __init__(self, order: Order) -> None:
        self._closing = ExitStack()
        with ExitStack() as opening:
            self._speaking = speaking = ScaledSpeaking.of(order, "console", opening)
            speaking.register()
            scaled = speaking.scaled
            self._tail = TailedLog(scaled.journal.log, POSTS_ROUTED.name, ITEMS_MAX)
            self._token = secrets.token_urlsafe(TOKEN_BYTES)
            self._scaled = scaled
            answers = answer_counts_of(scaled)
            self._gauges = gauge_work_of(
                scaled, [answers, EngineGauges(speaking.rules.can_be_asked)]
            )
            self.parts = parts_of(
                speaking,
                self._tail,
                control_token=self._token,
                statuses=self.statuses,
                settled=answers.recorded,
            )
            self.app: FastAPI = create_app(self.parts)
            self._started = False
            self._closing = opening.pop_all()

    def start(self) -> None:
        """Follow what is routed, and let the command line on this machine find the console."""
        self._started = True
        self._speaking.rules.start()
        self._tail.start()
        self._gauges.start()
        self._write_control()

    def stop(self) -> None:
        """Let go of everything."""
        if self._started:
            self._gauges.stop()
            self._tail.stop()
            self._remove_control()
        self._closing.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended the tail, the gauges or the watch over rules, if one did."""
        works = self._tail.crashed_with or self._gauges.crashed_with
        return works or self._speaking.rules.crashed_with

    def stopped_because(self) -> str | None:
        """Return None: nothing here stops for a reason."""
        return None

    def statuses(self) -> Sequence[PartStatus]:
        """Return how the engine is, and whether the live page follows; reading goes on without."""
        trouble = self._tail.trouble
        return [
            self._speaking.rules_status(needed=False),
            PartStatus(
                name="live posts",
                kind="log",
                working=trouble is None,
                needed=False,
                sentence="followed" if trouble is None else f"shows no new posts: {trouble}",
            ),
            *bell_statuses_of(self._scaled),
        ]

    @property
    def _control(self) -> Path:
        return self._scaled.folder / CONTROL_NAME

    def _write_control(self) -> None:
        """Say where this console answers, in a folder that can be written; else nobody is told."""
        place = self._scaled.settings.scaled.service
        host = EVERY_ADDRESS.get(place.host, place.host)
        named = f"[{host}]" if ":" in host else host
        if place.port == 0 or not os.access(self._scaled.folder, os.W_OK):
            log.info("no control.json: the command line works against another console's folder")
            return
        unfinished = self._control.with_name(f".{CONTROL_NAME}.{secrets.token_hex(8)}")
        unfinished.touch(mode=0o600)
        url = f"http://{named}:{place.port}/control"
        unfinished.write_text(json.dumps({"url": url, "token": self._token}), encoding="utf-8")
        unfinished.replace(self._control)

    def _remove_control(self) -> None:
        """Take it away, unless another console has written its own since."""
        try:
            ours = json.loads(self._control.read_text("utf-8")).get("token") == self._token
        except (OSError, ValueError):
            return
        if ours:
            self._control.unlink(missing_ok=True)


def console(order: Order) -> Service:
    """Open the service `console`."""
    return ConsoleService(order)
