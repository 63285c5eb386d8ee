"""What the console is given by the composition root, and what it may ask of it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from prometheus_client import CollectorRegistry

from schemas.post import Channel
from services.console.house_place import HousePlace
from services.policy.account_lookup import LookedUp
from services.policy.passkeys import Site
from services.policy.sign_in import Passkey, Session
from services.policy.sign_in_desk import SignedIn
from services.policy.takeover_terms import Terms
from services.runtime.actor import Actor
from services.runtime.desk import Desk
from services.runtime.effects import Key, Row
from services.runtime.ports import EventLog, Store
from services.runtime.step import Intake
from services.runtime.tracing import NO_TRACING, Tracing


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStatus:
    """How one working part is: a stage, the door, a source, the store.

    `needed` parts make the whole not ready when they do not work; a source that is away does not.
    """

    name: str
    kind: str
    working: bool
    needed: bool
    sentence: str
    fresh_at: datetime | None = None
    progress: float | None = None


class Door(Protocol):
    """Where deliveries are handed in; see `services/runtime/embedded_door.py`."""

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Hand items in; the future resolves once they are on disk."""
        ...


class Commands(Protocol):
    """The changing verbs: each names what it did in a sentence, or raises an error of ours."""

    def carry_out(self, verb: str, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Carry out a verb with its arguments for somebody; RejectError says why it cannot be."""
        ...


class AuditDesk(Protocol):
    """What may be asked of the audit; each answer is plain JSON."""

    def entries(
        self,
        *,
        chain: str | None,
        case_id: str | None,
        act_id: str | None,
        after: tuple[int, str],
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        """Return entries in order of time, behind one (`at_ms` and id), of at most one filter.

        Each holds id, chain, sequence, at_ms, at, kind, sentence, actor (login), actor_id, case_id,
        act_id, facts, payload, payload_state (`gone` where it was erased), hash and previous_hash
        (hexadecimal).
        """
        ...

    def verify(self) -> Mapping[str, Any]:
        """Return `sound`, `sentence`, `entries` (how many), `first_bad` (a chain and sequence)."""
        ...

    def export(self, wanted: Mapping[str, Any], actor: Actor) -> bytes:
        """Return a package as a zip, and write down that it was handed out.

        `wanted` holds one of case_id, login, account, about_login, or author with source; and
        since, until, redact and why; None where not named.
        """
        ...


class RecordsDesk(Protocol):
    """Legal holds, erasures and retention; `wanted` is what the path's body holds, with `why`.

    Each verb says in `sentence` what it did, and is on record before it returns. It raises
    NotAllowedError, NotFoundError, RejectError, RetryLaterError.
    """

    def holds(self) -> Sequence[Mapping[str, Any]]:
        """Return the holds in force: id, kind, name, reason, owner (id), review_on, due."""
        ...

    def place_hold(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Hold a `kind` by `name`; an author's with `source`; until `review_on` at least."""
        ...

    def lift_hold(self, hold_id: str, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """End a hold."""
        ...

    def preview_erasure(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Return what erasing an author of a source, or a person by `login`, would take away."""
        ...

    def erase(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Ask for an erasure (`state` asked), or agree to it: then it is done (`erased`)."""
        ...

    def retention(self) -> Sequence[Mapping[str, Any]]:
        """Return each class with days, before_ms, and how many are going and held."""
        ...

    def apply_retention(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Delete what is past its time; `classes` as `retention` gives them."""
        ...


class RulesDesk(Protocol):
    """What may be asked of the rules and their life; see `services/policy/rules_reading.py`."""

    def in_force(self, *, with_files: bool = False) -> Mapping[str, Any]:
        """Return the rules in force. Raises RetryLaterError where there are none."""
        ...

    def log(self, *, before: int | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return every number there was, the latest first, below one."""
        ...

    def changes(self, *, before: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return changes, the latest first, before an id."""
        ...

    def change(self, change_id: str, *, with_files: bool = False) -> Mapping[str, Any]:
        """Return a change whole. Raises NotFoundError."""
        ...


class Workshop(Protocol):
    """Proposed rules tried before they are proposed; see `services/policy/rules_workshop.py`."""

    def report(self, files: Mapping[str, str], what: Literal["check", "test"]) -> Mapping[str, Any]:
        """Return what is wrong with some files, or with their tests."""
        ...

    def difference(self, files: Mapping[str, str]) -> Mapping[str, Any]:
        """Return what files hold that is not in force, and the other way round."""
        ...

    def template(self, rule: str) -> Mapping[str, str]:
        """Return the files of a new rule, with tests of both kinds."""
        ...

    def begin(self, files: Mapping[str, str], since: str, person_id: str) -> Mapping[str, Any]:
        """Begin a rehearsal; RetryLaterError while another is under way."""
        ...

    def rehearsal(self, rehearsal_id: str, person_id: str) -> Mapping[str, Any]:
        """Return how far one's own rehearsal is. Raises NotFoundError."""
        ...


class TakeoversDesk(Protocol):
    """What may be read of takeovers; see `services/policy/takeover_reading.py`."""

    @property
    def zone(self) -> str:
        """The body's zone, in which slots are named."""
        ...

    @property
    def now_ms(self) -> int:
        """The moment it is, by the server's clock."""
        ...

    def between(
        self, since_ms: int, until_ms: int, *, account: str | None = None, limit: int = 1_000
    ) -> Sequence[Mapping[str, Any]]:
        """Return the takeovers whose slot lies in a time in any part, in order of their start."""
        ...

    def in_state(self, state: str, *, limit: int = 1_000) -> Sequence[Mapping[str, Any]]:
        """Return the takeovers in a state, in order of their start."""
        ...

    def one(self, takeover_id: str) -> Mapping[str, Any]:
        """Return one, with `steps_missing` and what it `waits` for. Raises NotFoundError."""
        ...

    def terms(self) -> Terms:
        """Return the terms that curators agree to. Raises NotFoundError."""
        ...


class SignInAtPage(Protocol):
    """Signs people in and out at a page; see `services/policy/sign_in_desk.py`."""

    def actor_of(self, secret: str) -> Actor | None:
        """Return who works by a session, or None where it is nobody's or has ended."""
        ...

    def session_of(self, secret: str) -> Session | None:
        """Return a session that holds now, whatever it lets somebody do."""
        ...

    def by_link(self, secret: str) -> SignedIn:
        """Let somebody in by a link, once. Raises NotAllowedError."""
        ...

    def passkey_options(self, secret: str, site: Site) -> Mapping[str, Any]:
        """Return what a browser is to make a passkey with, for who is signed in."""
        ...

    def add_passkey(
        self, secret: str, site: Site, label: str, challenge: str, answer: Mapping[str, Any]
    ) -> Passkey:
        """Keep a passkey that a browser made for who is signed in. Raises NotAllowedError."""
        ...

    def sign_in_options(self, site: Site) -> Mapping[str, Any]:
        """Return what a browser is to sign in with."""
        ...

    def by_passkey(self, site: Site, challenge: str, answer: Mapping[str, Any]) -> SignedIn:
        """Let somebody in by a passkey. Raises NotAllowedError."""
        ...

    def sign_out(self, secret: str) -> None:
        """End a session."""
        ...

    def passkeys_of(self, person_id: str) -> Sequence[Passkey]:
        """Return somebody's passkeys, the latest first."""
        ...


class CorrectionsDesk(Protocol):
    """What may be read of corrections; see `services/policy/correction_reading.py`."""

    def in_state(self, state: str, *, limit: int = 500) -> Sequence[Mapping[str, Any]]:
        """Return corrections in a state, the latest first."""
        ...

    def one(self, correction_id: str) -> Mapping[str, Any]:
        """Return one with its acts, who was told, and what is left. Raises NotFoundError."""
        ...


class IncidentsDesk(Protocol):
    """What may be read of incidents; see `services/policy/incident_reading.py`."""

    def in_state(self, state: str, *, limit: int = 500) -> Sequence[Mapping[str, Any]]:
        """Return incidents in a state, the latest first."""
        ...

    def one(self, incident_id: str) -> Mapping[str, Any]:
        """Return one with its evidence. Raises NotFoundError."""
        ...

    def timelines(self) -> Sequence[Mapping[str, Any]]:
        """Return how far each account was read back, and what keeps it from being read."""
        ...


class BreakGlassDesk(Protocol):
    """What may be read of broken glass; see `services/policy/break_glass_reading.py`."""

    def latest(self, *, limit: int = 200) -> Sequence[Mapping[str, Any]]:
        """Return what was asked for, the latest first."""
        ...

    def last_drill_at_ms(self) -> int | None:
        """Return when it was last practised, or None."""
        ...


class NominationsDesk(Protocol):
    """What may be read of nominations; see `services/policy/nomination_reading.py`."""

    def rounds(self, *, limit: int = 500) -> Sequence[Mapping[str, Any]]:
        """Return rounds, the latest first, with how many are named in each."""
        ...

    def round(self, round_id: str) -> Mapping[str, Any]:
        """Return a round with all who are named in it. Raises NotFoundError."""
        ...

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return what anybody may know of the latest rounds: never who is named in one."""
        ...


class RegisterDesk(Protocol):
    """What may be read of accounts; see `services/policy/register_reading.py`."""

    def accounts(self) -> Sequence[Mapping[str, Any]]:
        """Return every account with what the register says of it, and its faults."""
        ...

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return the accounts that anybody may know of, and who speaks as each of them."""
        ...

    def looked_up(self, asked: str) -> LookedUp:
        """Return whether what somebody pasted is an account of the body's."""
        ...


class SlotReportsDesk(Protocol):
    """What may be read of reports on slots; see `services/policy/slot_report_reading.py`."""

    def one(self, slot_id: str) -> Mapping[str, Any]:
        """Return a report whole, with whose it is as `person_id`. Raises NotFoundError."""
        ...

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return the takeovers that the public may know of, the latest first."""
        ...

    def published(self, takeover_id: str) -> Mapping[str, Any]:
        """Return a report as it is published. Raises NotFoundError where it is not."""
        ...


class PublicRules(Protocol):
    """What anybody may know of the rules; see `services/policy/rules_in_public.py`."""

    def told(self) -> Mapping[str, Any]:
        """Return the rules in force and monthly counts. Raises RetryLaterError: there are none."""
        ...


class KeysDesk(Protocol):
    """The master keys; only whoever has the machine changes them."""

    def keys(self) -> Mapping[str, Any]:
        """Return `items`: id, in_use, wraps."""
        ...

    def rotate(self, wanted: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Put a new key to use; `retire` destroys what is no longer needed."""
        ...


class Settle(Protocol):
    """Puts down what a person found out about a sending that nobody else can tell the end of."""

    def __call__(
        self, act_id: str, arguments: Mapping[str, Any], actor: Actor
    ) -> Mapping[str, Any]:
        """Return `sentence`; `arguments` hold outcome (`sent` or `not-sent`), remote_id, link, why.

        Raises NotAllowedError, NotFoundError, RejectError where the sending is not unknown.
        """
        ...


@dataclass(frozen=True, slots=True)
class WebhookIntake:
    """One webhook source: the secrets that may sign for it, and how its deliveries are read."""

    name: str
    secrets: Sequence[bytes]
    channel: Channel


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team as people read it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleParts:
    """Everything the console stands on; `now` and `elapsed_seconds` are the clock port's.

    What speaks is None where the installation only listens. `answering` names the account that
    answers what was said at a source.
    """

    body_name: str
    zone: str
    demonstration: bool
    teams: Sequence[TeamName]
    event_log: EventLog
    store: Store
    door: Door
    commands: Commands
    registry: CollectorRegistry
    control_token: str
    webhooks: Mapping[str, WebhookIntake]
    now: Callable[[], datetime]
    elapsed_seconds: Callable[[], float]
    statuses: Callable[[], Sequence[PartStatus]]
    desk: Desk | None = None
    audit: AuditDesk | None = None
    records: RecordsDesk | None = None
    keys: KeysDesk | None = None
    rules: RulesDesk | None = None
    public_rules: PublicRules | None = None
    workshop: Workshop | None = None
    takeovers: TakeoversDesk | None = None
    nominations: NominationsDesk | None = None
    corrections: CorrectionsDesk | None = None
    incidents: IncidentsDesk | None = None
    break_glass: BreakGlassDesk | None = None
    register: RegisterDesk | None = None
    slot_reports: SlotReportsDesk | None = None
    settle: Settle | None = None
    sign_in: SignInAtPage | None = None
    sign_in_address: str | None = None
    house: HousePlace | None = None
    answering: Mapping[str, str] = field(default_factory=dict)
    tracing: Tracing = NO_TRACING
