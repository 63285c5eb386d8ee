"""What the console stands on, written by hand, and a way to ask the app without a network."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
from prometheus_client import CollectorRegistry
from standardwebhooks import Webhook

from schemas.assignment import Assignment, PostRerouted, PostRouted, Reroute, RoutedPost
from schemas.case import (
    CaseClosed,
    CaseMerged,
    CaseReopened,
    CaseSplit,
    Closing,
    Merging,
    Reopening,
    Splitting,
)
from schemas.classification import Classification
from schemas.envelope import Event, digest_id
from schemas.post import PostRemoved, Removal
from schemas.topics import POSTS_ROUTED
from services.console.app import create_app
from services.console.parts import ConsoleParts, PartStatus, TeamName, WebhookIntake
from services.ingest.webhook import secret_bytes
from services.log.memory_log import MemoryLog
from services.runtime.actor import Actor
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import MercatError, RejectError
from services.runtime.metrics import Metrics
from services.runtime.step import Intake
from tests.fakes import MOMENT, append_of, post
from tests.integration.console.fake_desk import FakeAudit, FakeDesk, settle
from tests.integration.console.fake_later import (
    FakeBreakGlass,
    FakeCorrections,
    FakeIncidents,
    FakeNominations,
    FakeWorkshop,
)
from tests.integration.console.fake_records import FakeKeys, FakeRecords
from tests.integration.console.fake_register import FakeRegister
from tests.integration.console.fake_rules import FakePublicRules, FakeRules
from tests.integration.console.fake_slot_reports import FakeSlotReports
from tests.integration.console.fake_takeovers import FakeTakeovers

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "a token"


@dataclass
class FakeStore:
    """Rows in a dictionary, and one answer for every search that has none of its own."""

    rows: dict[Key, Row] = field(default_factory=dict)
    found: list[Row] = field(default_factory=list)
    answers: dict[str, Callable[[Sequence[Value]], list[Row]]] = field(default_factory=dict)

    def fetch(self, keys: Iterable[Key]) -> dict[Key, Row | None]:
        """Return every key with its row, or None."""
        return {key: self.rows.get(key) for key in keys}

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the beginning, of whatever."""
        del consumer, topic, partition
        return 0

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return what was found."""
        answer = self.answers.get(query)
        return self.found if answer is None else answer(parameters)


@dataclass
class FakeDoor:
    """Takes everything in, at once or `late_seconds` after; raises its error, now or then."""

    store: FakeStore
    refuses: MercatError | None = None
    fails: MercatError | None = None
    fails_once: MercatError | None = None
    late_seconds: float = 0.0
    taken: list[Intake] = field(default_factory=list)

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Hand items in."""
        if self.refuses:
            raise self.refuses
        future: Future[None] = Future()
        if self.fails:
            future.set_exception(self.fails)
            return future
        loop = asyncio.get_running_loop()
        loop.call_later(self.late_seconds, self._take, intakes, writes or {}, future)
        return future

    def _take(
        self,
        intakes: Sequence[Intake],
        writes: Mapping[Key, Row | None],
        future: "Future[None]",
    ) -> None:
        if self.fails_once:
            future.set_exception(self.fails_once)
            self.fails_once = None
            return
        self.taken.extend(intakes)
        self.store.rows.update({key: row for key, row in writes.items() if row})
        future.set_result(None)


@dataclass
class FakeCommands:
    """Writes down what was ordered; raises its error where it has one."""

    fails: MercatError | None = None
    ordered: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    def carry_out(self, verb: str, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Carry out a verb."""
        if self.fails:
            raise self.fails
        if verb == "dance":
            raise RejectError("there is no verb 'dance'")
        self.ordered.append((verb, arguments))
        self.actors.append(actor)
        return {"sentence": f"{verb} done."}


def working(name: str, **values: Any) -> PartStatus:
    """Return a needed part that is well, unless told otherwise."""
    given: dict[str, Any] = {
        "kind": "stage",
        "working": True,
        "needed": True,
        "sentence": "nothing waiting",
    }
    return PartStatus(name=name, **(given | values))


class FakeMercat:
    """A console on fakes: change what it stands on, then ask."""

    def __init__(self, *, speaks: bool = True) -> None:
        self.log = MemoryLog()
        self.store = FakeStore()
        self.speaking_now: dict[str, Value] = {"held": 0, "in_doubt": 0, "halts": 0}
        self.store.answers["speaking_now"] = lambda _: [self.speaking_now]
        self.door = FakeDoor(self.store)
        self.commands = FakeCommands()
        self.statuses: list[PartStatus] = [working("classify"), working("route")]
        self.registry: CollectorRegistry = Metrics().registry
        self.desk = FakeDesk()
        self.audit = FakeAudit()
        self.records = FakeRecords()
        self.keys = FakeKeys()
        self.public_rules = FakePublicRules()
        self.register = FakeRegister()
        self.slot_reports = FakeSlotReports()
        self.elapsed_seconds = 0.0
        self.parts = ConsoleParts(
            body_name="Test <Council>",
            zone="Europe/London",
            demonstration=False,
            teams=[TeamName("waste", "Waste & streets"), TeamName("roads", "Roads")],
            event_log=self.log,
            store=self.store,
            door=self.door,
            commands=self.commands,
            registry=self.registry,
            control_token=TOKEN,
            webhooks={"form": WebhookIntake("form", [secret_bytes(SECRET)], "webhook")},
            now=lambda: NOW,
            elapsed_seconds=lambda: self.elapsed_seconds,
            statuses=lambda: self.statuses,
            desk=self.desk if speaks else None,
            audit=self.audit if speaks else None,
            records=self.records if speaks else None,
            keys=self.keys if speaks else None,
            rules=FakeRules() if speaks else None,
            takeovers=FakeTakeovers() if speaks else None,
            public_rules=self.public_rules if speaks else None,
            register=self.register if speaks else None,
            slot_reports=self.slot_reports if speaks else None,
            nominations=FakeNominations() if speaks else None,
            corrections=FakeCorrections() if speaks else None,
            incidents=FakeIncidents() if speaks else None,
            break_glass=FakeBreakGlass() if speaks else None,
            workshop=FakeWorkshop() if speaks else None,
            settle=settle if speaks else None,
            answering={"house": "town"},
        )
        self.app = create_app(self.parts)

    def routed(self, *events: Event) -> None:
        """Have events routed."""
        self.log.append([append_of(event, POSTS_ROUTED.name) for event in events])

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask the app, and return its answer whole."""
        return asyncio.run(self._ask([(method, path, given)]))[0]

    def ask_at_once(self, *calls: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Ask several things of the app at the same time."""
        return asyncio.run(self._ask(calls))

    def live(self, **given: Any) -> Any:
        """Return what the page would show."""
        return self.ask("GET", "/live.json", params=given).json()

    async def _ask(self, calls: Sequence[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mercat") as client:
            asked = [client.request(method, path, **given) for method, path, given in calls]
            return list(await asyncio.gather(*asked))


def without(part: str) -> FakeMercat:
    """Return a Mercat that speaks, without the part named."""
    mercat = FakeMercat()
    absent: dict[str, Any] = {part: None}
    mercat.parts = replace(mercat.parts, **absent)
    mercat.app = create_app(mercat.parts)
    return mercat


def routed(number: int, text: str = "The bins.", **values: Any) -> PostRouted:
    """Return the n-th of a run of posts, with its team."""
    said = post(number, text)
    classification = Classification(
        language="en",
        language_probability=0.9,
        team="waste",
        team_probability=0.9,
        teams=("waste",),
        team_probabilities=(0.9,),
        sentiment="negative",
        sentiment_probability=0.9,
        urgency="normal",
        urgency_probability=0.9,
        intent="complaint",
        intent_probability=0.9,
        model="test",
    )
    assignment = Assignment(
        team="waste", priority="normal", why="rule", reason="Rule “Bins” fits.", deadline=MOMENT
    )
    data = RoutedPost(post=said, classification=classification, assignment=assignment, **values)
    return PostRouted(
        id=digest_id("routed", str(number), text),
        source="/route",
        subject=said.conversation_id,
        time=MOMENT,
        data=data,
    )


def removed(number: int) -> PostRemoved:
    """Return word that the n-th post is gone."""
    said = post(number)
    data = Removal(
        post_id=said.post_id,
        source=said.source,
        native_id=said.native_id,
        conversation_id=said.conversation_id,
        removed_at=MOMENT,
        received_at=MOMENT,
    )
    return PostRemoved(
        id=digest_id("removed", str(number)),
        source="/route",
        subject=said.conversation_id,
        time=MOMENT,
        data=data,
    )


def rerouted(number: int) -> PostRerouted:
    """Return word that the n-th post's conversation went to another team."""
    said = post(number)
    data = Reroute(
        post_id=said.post_id,
        conversation_id=said.conversation_id,
        team_before="waste",
        team="roads",
        reason="About the road",
        requested_by="ann",
    )
    return PostRerouted(
        id=digest_id("rerouted", str(number)),
        source="/route",
        subject=said.conversation_id,
        time=MOMENT,
        data=data,
    )


def closed(number: int) -> CaseClosed:
    """Return word that the n-th case was closed."""
    data = Closing(outcome="no-answer-needed", **_case(number))
    return CaseClosed(data=data, **_envelope("closed", number))


def reopened(number: int) -> CaseReopened:
    """Return word that the n-th case is open again."""
    data = Reopening(deadline=MOMENT, **_case(number))
    return CaseReopened(data=data, **_envelope("reopened", number))


def merged(number: int) -> CaseMerged:
    """Return word that the n-th case was merged into the one after it."""
    into = {"into_case_id": f"case-{number + 1}", "into_team": "roads"}
    data = Merging(deadline=MOMENT, **into, **_case(number))
    return CaseMerged(data=data, **_envelope("merged", number))


def split(number: int, count: int) -> CaseSplit:
    """Return word that some posts were split off the n-th case."""
    post_ids = tuple(post(each).post_id for each in range(count))
    data = Splitting(
        post_ids=post_ids, new_case_id=f"case-{number + 2}", deadline=MOMENT, **_case(number)
    )
    return CaseSplit(data=data, **_envelope("split", number))


def _case(number: int) -> dict[str, Any]:
    return {
        "case_id": f"case-{number}",
        "conversation_id": post(number).conversation_id,
        "team": "waste",
        "reason": "It is so",
        "requested_by": "ann",
    }


def _envelope(kind: str, number: int) -> dict[str, Any]:
    return {
        "id": digest_id(kind, str(number)),
        "source": "/route",
        "subject": post(number).conversation_id,
        "time": MOMENT,
    }


def signed(body: object, call_id: str = "msg_1", secret: str = SECRET) -> dict[str, Any]:
    """Return a webhook call's body and headers, signed by a library that we did not write."""
    content = json.dumps(body)
    headers = {
        "webhook-id": call_id,
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": Webhook(secret).sign(call_id, NOW, content),
    }
    return {"content": content.encode(), "headers": headers}
