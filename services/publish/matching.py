"""Tells which of the acts that were read back can be the one whose end nobody knows."""

import unicodedata
from collections.abc import Sequence

from schemas.act import ActContent
from services.publish.sending import Sending
from services.publish.steps import SKEW_MS
from services.runtime.clock import to_epoch_ms
from services.runtime.platform import OwnAct, PlatformFacts


def candidates(
    sending: Sending, content: ActContent, acts: Sequence[OwnAct], facts: PlatformFacts
) -> list[OwnAct]:
    """Return the acts that can be this one: by its key where the platform kept it, else by looks.

    Looks are the kind, the target, the text but for its white space, and the time, give or take
    what clocks differ by. An act under another key is another act, however it looks.
    """
    keyed = [act for act in acts if act.key == sending.request_key]
    if keyed:
        return keyed
    first_ms = (sending.doubt_since_ms or sending.begun_at_ms) - SKEW_MS
    ended_ms = sending.begun_at_ms if sending.ended_at_ms is None else sending.ended_at_ms
    last_ms = ended_ms + round(facts.shown_seconds * 1_000) + SKEW_MS
    return [
        act
        for act in acts
        if act.key is None
        and first_ms <= to_epoch_ms(act.at) <= last_ms
        and looks_like(act, content)
    ]


def looks_like(one: OwnAct | ActContent, other: ActContent) -> bool:
    """Return whether two acts cannot be told apart on a platform, but for their time."""
    same_place = (one.kind, one.target) == (other.kind, other.target)
    return same_place and _bare(one.text) == _bare(other.text)


def reaches_back(acts: Sequence[OwnAct], since_ms: int, limit: int) -> bool:
    """Return whether a list, newest first, holds everything since a moment."""
    return len(acts) < limit or any(to_epoch_ms(act.at) < since_ms for act in acts)


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
