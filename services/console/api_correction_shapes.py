"""What the API's requests and answers about corrections hold, model by model."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.console.api_bodies import Body
from services.console.api_shapes import Done, DraftShown, Shape
from services.policy.correction import Choice, CorrectionState
from services.policy.correction_orders import Part, Whom
from services.policy.orders import ActText, Language, MediaList, Why


class ChoiceBody(Body):
    """Whether what went out stays with a note under it, or is deleted."""

    choice: Literal["keep", "delete"]
    why: Why


class CorrectionDraftBody(Body):
    """Which act is drafted, and its words where it has any."""

    part: Part
    text: ActText = ""
    language: Language | None = None
    media: MediaList = ()


class TellBody(Body):
    """Who was told, and by which way."""

    whom: Whom
    by_way_of: Annotated[str, Field(min_length=3, max_length=200)]


class CorrectionDone(Done):
    """A correction after a step of it."""

    correction_id: str
    state: CorrectionState


class CorrectionDrafted(DraftShown):
    """A draft that is to put something right."""

    correction_id: str
    part: Part


class CorrectionShown(Shape):
    """What was wrong with an act that went out, and how far it is put right."""

    id: str
    act_id: str
    account: str
    case_id: str | None
    state: CorrectionState
    found_by: str | None
    mistake: str
    personal_data: bool
    choice: Choice | None
    chosen_by: str | None
    choice_reason: str | None
    no_apology: str | None
    closed_by: str | None
    outcome: str | None
    found_at: datetime
    chosen_at: datetime | None = None
    closed_at: datetime | None = None


class CorrectionActShown(Shape):
    """An act that is to put it right, and how far it is."""

    part: Part
    act_id: str
    state: str | None
    sending: str | None


class NoticeShown(Shape):
    """Who was told, by whom, and by which way."""

    whom: Whom
    by_way_of: str
    told_by: str | None
    told_at: datetime


class CorrectionWhole(CorrectionShown):
    """A correction with its acts, who was told, and what is left to do."""

    acts: tuple[CorrectionActShown, ...]
    notices: tuple[NoticeShown, ...]
    left: tuple[str, ...]
    apology_suggested: str | None


class Corrections(Shape):
    """Corrections, the latest first."""

    items: tuple[CorrectionShown, ...]
