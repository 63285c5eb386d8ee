"""What people can ask about corrections: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final, Literal

from pydantic import Field

from services.policy.orders import (
    APPROVERS,
    RELEASERS,
    WRITERS,
    ActText,
    Id,
    Language,
    MediaList,
    Order,
    Verb,
    Why,
)

NOTICES_MAX: Final = 50
Part = Literal["removal", "note", "apology"]
"""What is drafted: taking the post away, saying under it what is wrong, or saying sorry."""
Whom = Literal[
    "whoever-it-was-about",
    "whoever-it-answered",
    "team",
    "data-protection-officer",
    "press",
    "other",
]
Mistake = Annotated[str, Field(min_length=3, max_length=1_000)]


class OpenCorrection(Order):
    """Say what is wrong with something that went out.

    `personal_data`: it told something about a person that it should not have.
    """

    act_id: Id
    mistake: Mistake
    personal_data: bool = False


class CorrectionOrder(Order):
    """Anything that is asked of a correction that is open."""

    correction_id: Id


class ChooseCorrection(CorrectionOrder):
    """Decide whether what went out stays, with a note under it, or is deleted."""

    choice: Literal["keep", "delete"]
    why: Why


class DraftCorrection(CorrectionOrder):
    """Draft one of the acts that put it right; it is proposed and judged like any other."""

    part: Part
    text: ActText = ""
    language: Language | None = None
    media: MediaList = ()


class NoApology(CorrectionOrder):
    """Say why no apology is due."""

    why: Why


class TellOfCorrection(CorrectionOrder):
    """Keep who was told, and by which way."""

    whom: Whom
    by_way_of: Annotated[str, Field(min_length=3, max_length=200)]


class CloseCorrection(CorrectionOrder):
    """Say that it is put right, and what was learnt."""

    why: Why


CORRECTION_VERBS: Final[dict[str, Verb]] = {
    "correction-open": Verb(OpenCorrection, WRITERS | APPROVERS),
    "correction-choose": Verb(ChooseCorrection, RELEASERS),
    "correction-draft": Verb(DraftCorrection, WRITERS),
    "correction-no-apology": Verb(NoApology, RELEASERS),
    "correction-tell": Verb(TellOfCorrection, WRITERS | APPROVERS),
    "correction-close": Verb(CloseCorrection, RELEASERS),
}
