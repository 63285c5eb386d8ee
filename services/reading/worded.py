"""What a finder of wording is told of a draft, and what it gives back."""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Worded(NamedTuple):
    """A stretch of a shadow that belongs to a family; `phrase` is the list's, never the draft's."""

    family: str
    start: int
    end: int
    phrase: str


@dataclass(frozen=True, slots=True)
class DraftSetting:
    """What a draft is: an answer or a post of its own, by whom, and to what.

    `parent` is the text answered, None where there is none or it is not known.
    """

    kind: Literal["reply", "post"] = "reply"
    author: Literal["staff", "curator"] = "staff"
    parent: str | None = None
