"""What the API's requests and answers about nominations hold, model by model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.act import AccountId
from services.console.api_bodies import Body
from services.console.api_shapes import Done, Shape
from services.console.api_takeover_shapes import When
from services.policy.nomination import Answer, NamedBy, NominationState, RoundState
from services.policy.nomination_orders import Contact, Name, Receipt, Told, Words
from services.policy.orders import Id
from services.policy.takeover_orders import Title

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OpenRoundBody(Body):
    """What a round is for, and until when citizens may name somebody, or for how many days."""

    account: AccountId
    title: Title
    closes: When | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    takeover_id: Id | None = None


class NominateBody(Body):
    """Somebody who is named, and how they can be reached."""

    name: Name
    contact: Contact
    words: Words = ""
    named_by: Literal["self", "somebody-else", "staff"] = "staff"


class TakeBackBody(Body):
    """The receipt of a nomination."""

    receipt: Receipt


class ChooseBody(Body):
    """Whether they said themselves that they would, where somebody else named them."""

    agreed: bool = False


class FixListBody(Body):
    """Which value the public will see after this, where and when."""

    public_source: Told


class DrawBody(Body):
    """The value that the public saw, as it was published."""

    public_value: Told


class AnswerOfDrawnBody(Body):
    """What the one said whose number is next in the order drawn."""

    number: Annotated[int, Field(ge=1)]
    answer: Answer


class RoundDone(Done):
    """A round after a move of it."""

    round_id: str
    state: RoundState
    order: tuple[int, ...] = ()


class NominationDone(Done):
    """A nomination after a decision on it."""

    nomination_id: str
    round_id: str
    state: NominationState


class NominationMade(Done):
    """A nomination as it was taken in; the receipt is told this once."""

    nomination_id: str
    receipt: str


class NominationTakenBack(Done):
    """A nomination that is there no more."""


class RoundShown(Shape):
    """A round as officers see it; the seed is told once it was drawn."""

    id: str
    account: str
    title: str
    state: RoundState
    takeover_id: str | None
    opened_by: str | None
    listed_by: str | None
    drawn_by: str | None
    named: int
    list_digest: Digest | None
    seed_commitment: Digest | None
    seed: str | None
    public_source: str | None
    public_value: str | None
    order: tuple[int, ...]
    outcome: str | None
    one_officer: bool
    opened_at: datetime
    closes_at: datetime
    listed_at: datetime | None = None
    drawn_at: datetime | None = None
    ended_at: datetime | None = None


class NominationShown(Shape):
    """Somebody who was named; empty where nothing is kept of who it was."""

    id: str
    state: NominationState
    named_by: NamedBy
    name: str | None
    contact: str | None
    words: str | None
    agreed: bool
    number: int | None
    answer: Answer | None
    decided_by: str | None
    made_at: datetime
    decided_at: datetime | None = None


class RoundWhole(RoundShown):
    """A round with all who are named in it."""

    nominations: tuple[NominationShown, ...]


class Rounds(Shape):
    """Rounds, the latest first."""

    items: tuple[RoundShown, ...]


class ListedInPublic(Shape):
    """A place on a fixed list: its number, and the SHA-256 of the receipt of who stands there."""

    number: int
    receipt_digest: Digest


class RoundInPublic(Shape):
    """What anybody may know of a round, and all that is needed to work its draw out again."""

    id: str
    account: str
    title: str
    state: RoundState
    takes_nominations: bool
    closes_at: datetime
    listed_at: datetime | None = None
    drawn_at: datetime | None = None
    list: tuple[ListedInPublic, ...]
    list_digest: Digest | None
    seed_commitment: Digest | None
    seed: str | None
    public_source: str | None
    public_value: str | None
    order: tuple[int, ...]


class RoundsInPublic(Shape):
    """Rounds as anybody may see them, the latest first."""

    items: tuple[RoundInPublic, ...]
