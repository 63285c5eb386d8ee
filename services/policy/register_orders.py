"""What people can ask about the register of accounts: each verb's arguments, bounded."""

from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.act import AccountId
from services.policy.orders import (
    APPROVERS,
    GOVERNANCE,
    STOPPERS,
    WRITERS,
    Id,
    Login,
    Order,
    Verb,
    Why,
    Word,
)

Purpose = Literal["push", "pull", "networking", "service"]
"""Push tells, pull asks, networking keeps in touch, service answers."""
Link = Annotated[str, Field(max_length=500, pattern=r"^https://[^\s<>\"']+$")]
PublicName = Annotated[str, Field(max_length=60)]
Limit = Annotated[int, Field(ge=0, le=2_000)]
"""0 takes a limit of an account's own away."""


class DescribeAccount(Order):
    """Say what an account is for and whose it is; what is left out stays as it was."""

    account: AccountId
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


class StepIn(Order):
    """Become the owner of an account whose owner works here no more, as its second owner."""

    account: AccountId
    why: Why


class ShowName(Order):
    """Agree to be shown in public under a name in one's own takeover; an empty one shows none."""

    takeover_id: Id
    name: PublicName = ""


REGISTER_VERBS: Final[dict[str, Verb]] = {
    "account-describe": Verb(DescribeAccount, GOVERNANCE, operator=True),
    "account-step-in": Verb(StepIn, WRITERS | APPROVERS | STOPPERS),
    "takeover-show-name": Verb(ShowName, WRITERS),
}
"""The desk's verbs about the register of accounts."""
