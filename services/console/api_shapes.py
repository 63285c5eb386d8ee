"""What the API's answers hold, model by model: the promise its OpenAPI document makes."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from schemas.act import ActKind, ActMedia
from schemas.envelope import SignedInBy
from schemas.verdict import Need, Reason, Role, Verdict
from services.policy.grant_hours import GrantHours

Shown = TypeVar("Shown")
AnswersAs = Annotated[
    str | None,
    Field(description="The account that answers here; None where none of ours speaks there."),
]


class Shape(BaseModel):
    """A part of an answer; times are ISO 8601 in UTC."""

    model_config = ConfigDict(frozen=True)


class Page(Shape, Generic[Shown]):
    """A part of a list, and the address of the part behind it."""

    items: tuple[Shown, ...]
    next: Annotated[str | None, Field(description="None on the last page.")] = None


class Done(Shape):
    """What was done, in a sentence."""

    sentence: str


class SendingShown(Shape):
    """How far an act is on its way to the platform."""

    state: str
    attempt: int = 1
    remote_id: str | None = None
    link: str | None = None
    detail: str | None = None
    settled_by: str | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None


class ApprovalShown(Shape):
    """A person's consent to one digest."""

    approver: str
    digest: str
    state: str
    void_reason: str | None = None
    approved_at: datetime | None = None
    expires_at: datetime | None = None
    one_officer: bool = False


class PostAnswered(Shape):
    """Whom an act answers, and the first of their words; None where they are gone."""

    post_id: str
    author: str | None = None
    words: str | None = None
    state: str


class TrustShown(Shape):
    """Where somebody stands on the ladder of trust: the level, what it means, and why."""

    level: str
    means: str
    why: str


class TrustOfAccount(TrustShown):
    """Where somebody stands for one account."""

    account: str


class TrustOfPerson(Shape):
    """Where somebody stands for each account that the ladder of trust is for; else nothing."""

    items: tuple[TrustOfAccount, ...]


class ActShown(Shape):
    """An act as it stands: its words, what policy said of them, who agreed, what became of it."""

    id: str
    version: int
    state: str
    sentence: str | None = None
    account: str
    kind: ActKind
    author: str
    case_id: str | None = None
    post_id: str | None = None
    answers: Annotated[PostAnswered | None, Field(description="Told of one act, not in lists.")] = (
        None
    )
    target: str | None = None
    text: str = ""
    language: str | None = None
    media: tuple[ActMedia, ...] = ()
    digest: str
    decision: str | None = None
    reasons: tuple[Reason, ...] = ()
    needs: tuple[Need, ...] = ()
    revision: str | None = None
    approvals: tuple[ApprovalShown, ...] = ()
    sending: SendingShown | None = None
    trust: Annotated[
        TrustShown | None, Field(description="Its author's, where the ladder of trust is for them.")
    ] = None
    drafted_at: datetime | None = None
    proposed_at: datetime | None = None
    approved_at: datetime | None = None
    expires_at: datetime | None = None


class DraftShown(ActShown):
    """A fresh draft, with what policy advises."""

    advice: Verdict | None = None


class AdviceShown(Done):
    """What policy says of a text that nobody proposed."""

    verdict: Verdict
    trust: TrustShown | None = None


class CaseShown(Shape):
    """A case: the work behind some posts."""

    id: str
    conversation_id: str | None = None
    team: str
    theme: str | None = None
    priority: str
    state: str = "open"
    outcome: str | None = None
    opened_at: datetime | None = None
    latest_at: datetime | None = None
    deadline: datetime | None = None
    closed_at: datetime | None = None
    overdue: bool = False
    posts_live: int = 0
    posts_total: int = 0
    first_post_id: str | None = None
    case_before: str | None = None
    merged_into: str | None = None
    split_from: str | None = None


class InboxItem(CaseShown):
    """An open case in a team's inbox, with what was said first."""

    merged_cases: int = 0
    text: str | None = None
    source: str | None = None
    answers_as: AnswersAs = None
    channel: str | None = None
    place: str | None = None
    language: str | None = None


class PostShown(Shape):
    """What somebody said, and what was found out about it; the words are gone once removed."""

    id: str
    conversation_id: str
    case_id: str | None = None
    state: str
    team: str | None = None
    theme: str | None = None
    priority: str | None = None
    reason: str | None = None
    source: str
    answers_as: AnswersAs = None
    native_id: str
    channel: str | None = None
    author: str | None = None
    text: str | None = None
    language: str | None = None
    sentiment: str | None = None
    intent: str | None = None
    urgency: str | None = None
    place: str | None = None
    link: str | None = None
    posted_at: datetime | None = None
    received_at: datetime | None = None
    deadline: datetime | None = None
    revision: str | None = None


class MergedCase(Shape):
    """A case that is answered with another one, perhaps by way of a third."""

    id: str
    conversation_id: str | None = None
    team: str
    deadline: datetime | None = None
    merged_into: str


class CaseDetail(Shape):
    """A case with its posts, oldest first, what it answers also, and the acts drafted for it."""

    case: CaseShown
    posts: tuple[PostShown, ...]
    merged: tuple[MergedCase, ...]
    acts: tuple[ActShown, ...]


class ConversationShown(Shape):
    """A conversation: its posts, oldest first, and its cases."""

    id: str
    team: str | None = None
    theme: str | None = None
    cases: tuple[CaseShown, ...]
    posts: tuple[PostShown, ...]


class CaseDone(Done):
    """What became of a case; `into` and `new_case` name the other case, if there is one."""

    case: str | None = None
    event: str | None = None
    into: str | None = None
    new_case: str | None = None


class GrantShown(Shape):
    """Leave for a person to do some kinds of act as an account; what is empty limits nothing."""

    id: str
    account: str
    kinds: tuple[str, ...]
    themes: tuple[str, ...] = ()
    origin: str | None = None
    hours: GrantHours | None = None
    languages: tuple[str, ...] | None = None
    answers: str | None = None
    quota_hour: int | None = None
    quota_day: int | None = None
    initials: str | None = None
    certify_by: datetime | None = None
    state: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class TokenShown(Shape):
    """A personal token, by its id; never the token itself."""

    id: str
    label: str
    state: str
    issued_at: datetime | None = None
    expires_at: datetime | None = None


class PersonShown(Shape):
    """Somebody who works with Mercat."""

    id: str
    version: int
    login: str
    name: str
    address: str | None = None
    roles: tuple[Role, ...]
    teams: tuple[str, ...] = ()
    state: str
    added_at: datetime | None = None
    left_at: datetime | None = None
    grants: tuple[GrantShown, ...] = ()
    tokens: tuple[TokenShown, ...] = ()


class PersonDone(Done):
    """What became of a person."""

    id: str
    login: str


class TrustMoved(Done):
    """The level of trust that somebody has now for an account."""

    login: str
    account: str
    level: str


class TokenGiven(Done):
    """A fresh token; `token` is shown this once, and None where the request was a repeat."""

    token: str | None
    token_id: str
    login: str
    expires_at: datetime


class TokenEnded(Done):
    """A token that ended."""

    token_id: str


class GrantGiven(Done):
    """A fresh grant."""

    grant_id: str
    login: str
    ends_at: datetime


class GrantEnded(Done):
    """A grant that ended."""

    grant_id: str


class HaltShown(Shape):
    """A halt: what goes out no more, since when, who asked for its release, when it ends by itself.

    `let_through` acts were on their way at the press; the last had ended `drain_ms` after it, at
    `drained_at`. Until that is so, all three are empty.
    """

    kind: str
    name: str
    state: str
    reason: str | None = None
    halted_by: str | None = None
    halted_at: datetime | None = None
    release_asked_by: str | None = None
    release_reason: str | None = None
    released_by: str | None = None
    released_at: datetime | None = None
    expires_at: datetime | None = None
    drained_at: datetime | None = None
    drain_ms: int | None = None
    let_through: int | None = None


class AccountShown(Shape):
    """An account: its mode, the mode that somebody asks for, and what the register says of it.

    `faults` are what is wrong with who owns it.
    """

    id: str
    platform: str
    name: str
    mode: str
    mode_asked: str | None = None
    mode_asked_by: str | None = None
    mode_asked_at: datetime | None = None
    handle: str | None = None
    purpose: str | None = None
    audience: str | None = None
    about: str | None = None
    link: str | None = None
    owner_team: str | None = None
    owner: str | None = None
    second_owner: str | None = None
    listed: bool = True
    quota_hour: int | None = None
    quota_day: int | None = None
    registered_at: datetime | None = None
    reviewed_at: datetime | None = None
    faults: tuple[str, ...] = ()


class ModeDone(Done):
    """How an account's mode stands after what was asked."""

    account: str
    mode: str


class HaltDone(Done):
    """How a halt stands after what was asked."""

    kind: str
    name: str
    state: str | None = None


class EntryShown(Shape):
    """An entry of the audit, in a sentence and in full; `payload` is None where none is there."""

    id: str
    chain: str
    sequence: int
    at: datetime
    kind: str
    sentence: str
    actor: str
    actor_id: str
    case_id: str | None = None
    act_id: str | None = None
    facts: dict[str, Any] = {}
    payload: dict[str, Any] | None = None
    payload_state: Literal["open", "redacted", "none", "gone"]
    hash: str
    previous_hash: str


class AuditVerified(Done):
    """Whether every chain of the audit is as it was written, and the first entry that is not."""

    sound: bool
    entries: int = 0
    first_bad: str | None = None
    exported_checkpoint: Annotated[
        int | None, Field(description="Up to which exported checkpoint they were held against.")
    ] = None
    payloads_gone: int = 0
    one_officer: Annotated[int, Field(description="Entries of a body with one officer.")] = 0


class Me(Shape):
    """Who asks, as Mercat knows them."""

    person_id: str
    login: str
    roles: tuple[Role, ...]
    signed_in_by: SignedInBy


class People(Shape):
    """Everybody who works with Mercat, or did."""

    items: tuple[PersonShown, ...]


class Halts(Shape):
    """Every halt, those in force first."""

    items: tuple[HaltShown, ...]


class Accounts(Shape):
    """Every account with its mode."""

    items: tuple[AccountShown, ...]
