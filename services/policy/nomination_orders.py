"""What people can ask about nominations: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final, Literal

from pydantic import Field, field_validator

from schemas.act import AccountId
from services.policy.orders import GOVERNANCE, RELEASERS, Id, Order, Verb, Why
from services.policy.takeover_orders import Moment, Title

NOMINATIONS_MAX: Final = 2_000
"""As many as one draw can be of."""
Name = Annotated[str, Field(min_length=1, max_length=100)]
Contact = Annotated[str, Field(min_length=3, max_length=254)]
Words = Annotated[str, Field(max_length=1_000)]
Told = Annotated[str, Field(min_length=3, max_length=200)]
Receipt = Annotated[str, Field(min_length=8, max_length=128)]


class OpenRound(Order):
    """Have citizens name who shall speak as an account, until a moment.

    `takeover_id` names the slot it is for, where one is planned already.
    """

    account: AccountId
    title: Title
    closes_at_ms: Moment
    takeover_id: Id | None = None


class Nominate(Order):
    """Name somebody, or oneself; who is named by another is asked before they are listed."""

    round_id: Id
    name: Name
    contact: Contact
    words: Words = ""
    named_by: Literal["self", "somebody-else", "staff"] = "self"

    @field_validator("name", "contact")
    @classmethod
    def _is_said(cls, value: str) -> str:
        said = " ".join(value.split())
        if not said:
            raise ValueError("write something, not blanks alone")
        return said


class TakeBack(Order):
    """Take a nomination back by its receipt: what says who it is goes at once."""

    receipt: Receipt


class ChooseNomination(Order):
    """Put somebody who was named on the list; `agreed`: they said themselves that they would."""

    nomination_id: Id
    agreed: bool = False


class SetAside(Order):
    """Leave somebody who was named off the list, and say why."""

    nomination_id: Id
    why: Why


class FixList(Order):
    """Fix the list; `public_source` says which value the public will see, where and when."""

    round_id: Id
    public_source: Told


class Draw(Order):
    """Draw from a fixed list, by the value that the public saw since."""

    round_id: Id
    public_value: Told

    @field_validator("public_value")
    @classmethod
    def _as_published(cls, value: str) -> str:
        return " ".join(value.split())


class NoteAnswer(Order):
    """Keep what the first in the order said who was not heard yet."""

    round_id: Id
    number: Annotated[int, Field(ge=1, le=NOMINATIONS_MAX)]
    answer: Literal["taken-up", "declined"]


class CloseRound(Order):
    """Take no more names in a round before its time, and say why."""

    round_id: Id
    why: Why


class EndRound(Order):
    """End a round without anybody: all that says who was named goes."""

    round_id: Id
    why: Why


NOMINATION_VERBS: Final[dict[str, Verb]] = {
    "nomination-open": Verb(OpenRound, GOVERNANCE),
    "nomination-close": Verb(CloseRound, GOVERNANCE),
    "nominate": Verb(Nominate, GOVERNANCE, anybody=True),
    "nomination-take-back": Verb(TakeBack, GOVERNANCE, anybody=True),
    "nomination-choose": Verb(ChooseNomination, GOVERNANCE),
    "nomination-set-aside": Verb(SetAside, GOVERNANCE),
    "nomination-fix-list": Verb(FixList, GOVERNANCE),
    "nomination-draw": Verb(Draw, RELEASERS),
    "nomination-answer": Verb(NoteAnswer, GOVERNANCE),
    "nomination-end": Verb(EndRound, GOVERNANCE),
}
