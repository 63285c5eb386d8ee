"""What is to be done next about a sending: the one place where that is decided.

Nothing is sent by itself that may be on the platform already, save with the platform's own key,
which makes a repeat harmless; and that, too, only through the gate. Where no key helps, the account
is read back; a person is asked only where neither tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.publish.sending import Sending, SendingState
from services.runtime.clock import to_epoch_ms
from services.runtime.errors import StateConflictError
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    PlatformFacts,
    PlatformReply,
    Refused,
    Unclear,
)

SKEW_MS: Final = 300_000
"""How far a platform's clock may be from ours before an act of ours is not known for one."""
PACE_MS: Final = (1_000, 60_000)
"""How soon, and how late at most, a sending in doubt is looked at again; it doubles in between."""
KEY_TRYING_MS_MAX: Final = 900_000
"""For how long a request is given again with its key, however long the platform keeps keys."""
KEY_MARGIN_MS: Final = 120_000
"""A key is used no later than this before its life ends: longer than any one try may take."""
READING_MS_MAX: Final = 3_600_000
"""For how long a platform that cannot be read is asked, before a person is."""
DEFERRED_SECONDS: Final = (1.0, 3_600.0)
"""How soon, and how late at most, an act that was put off is begun again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An account was read back: the acts that can be this one.

    `complete` says that the list goes back to before it was begun: what is not in it is not there.
    `rivals` counts other sendings in doubt that would look the same.
    """

    found: Sequence[OwnAct]
    complete: bool
    rivals: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The account could not be read back just now."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotCleared:
    """The gate would not let the act go now."""

    sentence: str


Heard = PlatformReply | Listed | Unreadable | NotCleared


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin it again, through the gate: nothing was carried out."""


@dataclass(frozen=True, slots=True)
class RetryWithKey:
    """Give the same request again with the same key, through the gate."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """List what the account did since a moment, and see whether this is among it."""

    since_ms: int


@dataclass(frozen=True, slots=True)
class Record:
    """Write down what is known now.

    `held_because` says, where the act is known not to have been sent and is a person's again, why.
    `performed_at_ms` is when the platform carried it out, where it did.
    """

    sending: Sending
    held_because: str | None = None
    performed_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Write down that only a person can tell, and leave it to one."""

    sending: Sending


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back at a moment."""

    until_ms: int


@dataclass(frozen=True, slots=True)
class Rest:
    """There is nothing to do: it has ended, or waits for a person."""


Step = Begin | RetryWithKey | ReadBack | Record | AskPerson | Wait | Rest


def next_step(sending: Sending, heard: Heard | None, facts: PlatformFacts, now_ms: int) -> Step:
    """Return what to do about a sending, given what was heard since, or None for nothing.

    Raises StateConflictError where what was heard cannot belong to a sending in that state.
    """
    if sending.state == "sending":
        return _on_its_way(sending, heard, now_ms)
    if sending.state == "unknown":
        return Rest() if sending.awaits_person else _in_doubt(sending, heard, facts, now_ms)
    if sending.state == "deferred":
        return _put_off(sending, heard, now_ms)
    if heard is None:
        return Rest()
    raise _misplaced(sending, heard)


def is_ahead(moment_ms: int, now_ms: int) -> bool:
    """Return whether a moment is to be waited for.

    One further off than any we set means that the clock was put back, and is passed over.
    """
    return 0 < moment_ms - now_ms <= DEFERRED_SECONDS[1] * 1_000


def _on_its_way(sending: Sending, heard: Heard | None, now_ms: int) -> Step:
    match heard:
        case None:
            return _unknown(sending, "Mercat ended while it was being sent.", now_ms, now_ms)
        case Performed(remote_id, link):
            ended = _ended(sending, "sent", now_ms, remote_id=remote_id, link=link)
            return Record(ended, performed_at_ms=now_ms)
        case Unclear(detail):
            return _unknown(sending, detail, now_ms, now_ms + _pace_ms(sending, now_ms))
        case Refused() | Deferred() if sending.doubt_since_ms is not None:
            return _not_now(sending, heard, now_ms)
        case Refused(detail):
            return Record(_ended(sending, "refused", now_ms, detail=detail))
        case Deferred(wait_seconds, detail):
            ended = _ended(sending, "deferred", now_ms, detail=detail)
            return Record(replace(ended, not_before_ms=_deferred_ms(wait_seconds, now_ms)))
        case _:
            raise _misplaced(sending, heard)


def _not_now(sending: Sending, heard: Refused | Deferred, now_ms: int) -> Step:
    # It tells nothing of the try before: platforms look at leave and pace before they look at keys.
    if isinstance(heard, Deferred):
        return _unknown(sending, heard.detail, now_ms, _deferred_ms(heard.wait_seconds, now_ms))
    said = f"The platform refused when asked again: {heard.detail}"
    return _unknown(sending, said, now_ms, now_ms + _pace_ms(sending, now_ms))


def _in_doubt(sending: Sending, heard: Heard | None, facts: PlatformFacts, now_ms: int) -> Step:
    match heard:
        case None:
            return _find_out(sending, facts, now_ms)
        case NotCleared(sentence):
            return _read_back(sending, facts, now_ms, f"It may not be asked for again: {sentence}")
        case Unreadable(detail):
            if now_ms - _doubt_since_ms(sending) > READING_MS_MAX:
                return _asked(sending, f"The account cannot be read back: {detail}")
            return Wait(now_ms + _pace_ms(sending, now_ms))
        case Listed():
            return _looked_up(sending, heard, facts, now_ms)
        case _:
            raise _misplaced(sending, heard)


def _find_out(sending: Sending, facts: PlatformFacts, now_ms: int) -> Step:
    if sending.not_before_ms is not None and is_ahead(sending.not_before_ms, now_ms):
        return Wait(sending.not_before_ms)
    if _key_lives(sending, facts, now_ms):
        return RetryWithKey()
    return _read_back(sending, facts, now_ms, "No key tells, and the platform cannot be read back.")


def _put_off(sending: Sending, heard: Heard | None, now_ms: int) -> Step:
    match heard:
        case None if sending.not_before_ms is not None and is_ahead(sending.not_before_ms, now_ms):
            return Wait(sending.not_before_ms)
        case None:
            return Begin()
        case NotCleared(sentence):
            ended = _ended(sending, "refused", now_ms, detail=sentence, settled_by="gate")
            return Record(ended)
        case _:
            raise _misplaced(sending, heard)


def _read_back(sending: Sending, facts: PlatformFacts, now_ms: int, otherwise: str) -> Step:
    if facts.reads_back:
        return ReadBack(_doubt_since_ms(sending) - SKEW_MS)
    shown_at_ms = _shown_at_ms(sending, facts, now_ms)
    if is_ahead(shown_at_ms, now_ms):
        # What a person is to look for may not show yet, and nothing may overtake it meanwhile.
        return Wait(shown_at_ms)
    return _asked(sending, otherwise)


def _looked_up(sending: Sending, heard: Listed, facts: PlatformFacts, now_ms: int) -> Step:
    if len(heard.found) == 1 and not heard.rivals:
        (act,) = heard.found
        ended = _ended(
            sending,
            "reconciled",
            now_ms,
            remote_id=act.remote_id,
            link=act.link,
            settled_by="reading-back",
        )
        at_ms = _within(to_epoch_ms(act.at), (_doubt_since_ms(sending) - SKEW_MS, now_ms))
        return Record(ended, performed_at_ms=at_ms)
    if heard.found:
        return _asked(sending, "What is on the platform may be this act or another just like it.")
    shown_at_ms = _shown_at_ms(sending, facts, now_ms)
    if is_ahead(shown_at_ms, now_ms):
        return Wait(shown_at_ms)
    if now_ms < shown_at_ms:
        return _asked(sending, "The machine's clock was put back since this was begun.")
    if not heard.complete:
        return _asked(sending, "The platform's list does not go back to when this was begun.")
    ended = _ended(sending, "reconciled", now_ms, settled_by="reading-back")
    return Record(
        ended,
        held_because="It was begun but is not on the platform; approve it again to send it.",
    )


def _unknown(sending: Sending, detail: str, now_ms: int, not_before_ms: int) -> Record:
    return Record(
        sending.changed(
            state="unknown",
            detail=detail,
            ended_at_ms=now_ms,
            not_before_ms=not_before_ms,
            doubt_since_ms=_doubt_since_ms(sending),
        )
    )


def _ended(sending: Sending, state: SendingState, now_ms: int, **values: Any) -> Sending:
    nothing_left = {"not_before_ms": None, "doubt_since_ms": None, "detail": None}
    return sending.changed(state=state, ended_at_ms=now_ms, **{**nothing_left, **values})


def _shown_at_ms(sending: Sending, facts: PlatformFacts, now_ms: int) -> int:
    ended_at_ms = now_ms if sending.ended_at_ms is None else sending.ended_at_ms
    return ended_at_ms + round(facts.shown_seconds * 1_000)


def _asked(sending: Sending, detail: str) -> AskPerson:
    return AskPerson(sending.changed(not_before_ms=None, detail=detail))


def _doubt_since_ms(sending: Sending) -> int:
    return sending.begun_at_ms if sending.doubt_since_ms is None else sending.doubt_since_ms


def _key_lives(sending: Sending, facts: PlatformFacts, now_ms: int) -> bool:
    if not facts.takes_keys:
        return False
    age_ms = now_ms - _doubt_since_ms(sending)
    life_ms = KEY_TRYING_MS_MAX
    if facts.key_seconds is not None:
        life_ms = min(life_ms, round(facts.key_seconds * 1_000) - KEY_MARGIN_MS)
    return 0 <= age_ms < life_ms


def _deferred_ms(wait_seconds: float, now_ms: int) -> int:
    return now_ms + round(1_000 * max(DEFERRED_SECONDS[0], min(DEFERRED_SECONDS[1], wait_seconds)))


def _pace_ms(sending: Sending, now_ms: int) -> int:
    return _within(now_ms - _doubt_since_ms(sending), PACE_MS)


def _within(value: int, bounds: tuple[int, int]) -> int:
    return max(bounds[0], min(bounds[1], value))


def _misplaced(sending: Sending, heard: Heard) -> StateConflictError:
    return StateConflictError(
        f"{type(heard).__name__} was heard of act {sending.act_id}, whose sending is "
        f"{sending.state}"
    )
