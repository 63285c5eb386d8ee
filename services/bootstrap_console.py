"""The console wired onto a running Mercat."""

from collections.abc import Sequence
from datetime import datetime

from services.bootstrap import Embedded
from services.bootstrap_audit import audit_of
from services.bootstrap_bells import bell_statuses_of
from services.bootstrap_drills import Drilling
from services.bootstrap_records import keys_desk_of, records_of
from services.bootstrap_rules import public_rules_of, rules_desk_of
from services.bootstrap_senders import clock_statuses
from services.bootstrap_sign_in import sign_in_of
from services.bootstrap_slot_reports import register_reading_of, slot_report_reading_of
from services.bootstrap_speaking import EmbeddedSpeaking
from services.bootstrap_takeovers import nomination_reading_of, takeover_reading_of
from services.bootstrap_timelines import break_glass_of
from services.bootstrap_webhooks import webhooks_of
from services.commands import ListeningCommands
from services.console.house_place import HousePlace
from services.console.parts import ConsoleParts, PartStatus, TeamName
from services.house.sqlite_house import House
from services.policy.configuration import answering
from services.policy.correction_reading import CorrectionReading
from services.policy.incident_reading import IncidentReading
from services.runtime.clock import from_epoch_ms
from services.runtime.embedded_stage import StageRunner
from services.settings import BodySettings
from services.store.file_keys import KeyFolder


def house_place(settings: BodySettings, house: House | None) -> HousePlace | None:
    """Return the house platform as the public meets it; the body's names are nobody else's."""
    if house is None:
        return None
    names = {settings.body.name, settings.house.title}
    for account in settings.accounts:
        names |= {account.name, account.handle}
    return HousePlace(
        house=house,
        title=settings.house.title,
        open=settings.house.open,
        domain=settings.house.domain,
        address=settings.house.address,
        reserved=sorted(names),
    )


class EmbeddedConsole:
    """What the console stands on, of a Mercat in one process."""

    def __init__(
        self,
        embedded: Embedded,
        control_token: str,
        keys: KeyFolder,
        speaking: EmbeddedSpeaking | None = None,
    ) -> None:
        settings = embedded.settings
        self._embedded = embedded
        self._speaking = speaking
        self._webhooks = webhooks_of(settings, keys)
        listening = ListeningCommands(embedded, None if speaking is None else speaking.notes)
        self.drilling = None if speaking is None else Drilling(embedded, speaking, listening)
        self.parts = ConsoleParts(
            body_name=settings.body.name,
            zone=settings.body.zone,
            demonstration=settings.kind == "demonstration",
            teams=[TeamName(team.id, team.name) for team in settings.routing.teams],
            event_log=embedded.journal.log,
            store=embedded.journal.store,
            door=embedded.door,
            commands=self.drilling or listening,
            registry=embedded.metrics.registry,
            tracing=embedded.tracing,
            control_token=control_token,
            webhooks=self._webhooks,
            now=embedded.clock.now,
            house=house_place(settings, embedded.house),
            answering=answering(settings.accounts),
            elapsed_seconds=embedded.clock.elapsed_seconds,
            statuses=self.statuses,
            desk=None if speaking is None else speaking.desk,
            audit=None if speaking is None else audit_of(speaking),
            records=None if speaking is None else records_of(speaking),
            keys=None if speaking is None else keys_desk_of(speaking),
            rules=None if speaking is None else rules_desk_of(embedded, speaking.rules),
            public_rules=None if speaking is None else public_rules_of(embedded),
            workshop=None if speaking is None else speaking.workshop,
            takeovers=None if speaking is None else takeover_reading_of(embedded),
            nominations=None if speaking is None else nomination_reading_of(embedded),
            corrections=None if speaking is None else CorrectionReading(embedded.journal.store),
            incidents=None if speaking is None else IncidentReading(embedded.journal.store),
            break_glass=None if speaking is None else break_glass_of(embedded),
            register=None if speaking is None else register_reading_of(embedded),
            slot_reports=None if speaking is None else slot_report_reading_of(embedded),
            settle=None if speaking is None else speaking.settle,
            sign_in=None if speaking is None else sign_in_of(speaking, speaking.desk),
            sign_in_address=settings.sign_in.address,
        )

    def statuses(self) -> Sequence[PartStatus]:
        """Return how every part is, at this moment."""
        stages = [self._stage_status(stage) for stage in self._embedded.stages]
        told = [*self._source_statuses(), *self._sender_statuses(), *self._rules_statuses()]
        bells = () if self._speaking is None else bell_statuses_of(self._embedded)
        drills = () if self.drilling is None else self.drilling.statuses()
        return [*drills, *stages, self._door_status(), *told, *bells]

    def start(self) -> None:
        """Begin to end drills in time."""
        if self.drilling is not None:
            self.drilling.start()

    def stop(self) -> None:
        """End the drill that is on, if one is."""
        if self.drilling is not None:
            self.drilling.stop()

    def crash(self) -> BaseException | None:
        """Return the bug that ended the watch over drills, if one did."""
        return None if self.drilling is None else self.drilling.crashed_with

    def _sender_statuses(self) -> Sequence[PartStatus]:
        senders = () if self._speaking is None else self._speaking.senders
        told = [
            PartStatus(
                name=f"sender {sender.account}",
                kind="sender",
                working=sender.working,
                needed=False,
                sentence=sender.sentence,
            )
            for sender in senders
        ]
        return [*told, *clock_statuses(senders)]

    def _rules_statuses(self) -> Sequence[PartStatus]:
        """Return what is wrong with the rules in force, where something is."""
        trouble = None if self._speaking is None else self._speaking.rules.trouble
        if trouble is None:
            return ()
        return [
            PartStatus(name="rules", kind="engine", working=False, needed=False, sentence=trouble)
        ]

    def _door_status(self) -> PartStatus:
        working = self._embedded.door.running
        return PartStatus(
            name="door",
            kind="door",
            working=working,
            needed=True,
            sentence="open" if working else "closed",
        )

    def _source_statuses(self) -> Sequence[PartStatus]:
        rows = self._embedded.journal.store.select("source_states")
        fresh = {row["id"]: row["fresh_at_ms"] for row in rows}
        polled = [
            PartStatus(
                name=runner.source.name,
                kind="source",
                working=runner.working,
                needed=False,
                sentence=runner.sentence,
                fresh_at=_moment(fresh.get(runner.source.name)),
                progress=runner.progress,
            )
            for runner in self._embedded.sources
        ]
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
        return [*polled, *told]

    def replay_progress(self) -> float | None:
        """Return how much of all replays is read, or None where nothing is replayed."""
        shares = [
            1.0 if runner.finished else runner.progress or 0.0
            for runner in self._embedded.sources
            if runner.progress is not None or runner.source.name in self._replays()
        ]
        return min(shares, default=None)

    def idle(self) -> bool:
        """Return whether every source has nothing more for now and everything is handled."""
        sources = self._embedded.sources
        return all(runner.idle for runner in sources) and not self._embedded.lag()

    def _replays(self) -> set[str]:
        sources = self._embedded.settings.sources
        return {source.name for source in sources if source.kind == "replay"}

    @staticmethod
    def _stage_status(stage: StageRunner) -> PartStatus:
        lag = stage.lag()
        waiting = f"{lag} event{'' if lag == 1 else 's'} waiting" if lag else "nothing waiting"
        sentence = stage.stopped_because or waiting
        return PartStatus(
            name=stage.stage.name,
            kind="stage",
            working=stage.running,
            needed=True,
            sentence=sentence,
        )


def _moment(epoch_ms: object) -> datetime | None:
    return from_epoch_ms(epoch_ms) if isinstance(epoch_ms, int) else None
