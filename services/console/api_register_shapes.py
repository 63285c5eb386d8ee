"""What the API's requests and answers about the register of accounts hold, model by model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.console.api_bodies import Body
from services.console.api_shapes import Done, Shape
from services.policy.orders import Login, Why, Word
from services.policy.register_orders import Limit, Link, PublicName, Purpose


class DescribeBody(Body):
    """What the register is to say of an account; what is left out stays as it was."""

    purpose: Purpose | None = None
    audience: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    about: Annotated[str, Field(min_length=1, max_length=600)] | None = None
    link: Link | None = None
    owner_team: Word | None = None
    owner: Login | None = None
    second_owner: Login | None = None
    listed: bool | None = None
    quota_hour: Limit | None = None
    quota_day: Limit | None = None
    reviewed: bool = False
    why: Why


class ShowNameBody(Body):
    """The name to be shown under in public; an empty one shows none."""

    name: PublicName = ""


class RegisterDone(Done):
    """What was done about an account of the register."""

    account: str


class NameDone(Done):
    """What was done about the name that a takeover is shown under."""

    takeover_id: str


class SpeakingInPublic(Shape):
    """Who speaks as an account now, so far as they agreed to be named."""

    kind: Literal["takeover", "rota", "staff"]
    title: str | None
    who: str
    ends_at: datetime | None = None
    sentence: str


class AccountInPublic(Shape):
    """An account of the public list."""

    id: str
    name: str
    platform: str
    handle: str
    full_handle: str
    link: str
    purpose: str | None
    purpose_sentence: str | None
    audience: str | None
    about: str | None
    team: str | None
    mode: str
    mode_sentence: str
    reviewed_at: datetime | None = None
    speaking: SpeakingInPublic


class AccountsInPublic(Shape):
    """Every account that is the body's own and that the public may know of."""

    body: str
    items: tuple[AccountInPublic, ...]


class LookedUpShown(Shape):
    """The answer to "is this really you?"; `account` is the one it is about."""

    asked: str
    answer: Literal["yes", "no", "unknown"]
    sentence: str
    account: str | None = None
