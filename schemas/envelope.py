"""The envelope every event travels in: CloudEvents 1.0, structured mode, in JSON."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

CONTRACT: Final = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
"""Frozen, and blind to fields it does not know: that is how an old reader survives a new writer."""

IDENTIFIER_LENGTH_MAX: Final = 32
TIME_DIGITS: Final = 9
SECONDS_MASK: Final = (1 << 4 * TIME_DIGITS) - 1
TRACE_PARENT_LENGTH: Final = 55
YEAR_MIN: Final = 1970
YEAR_MAX: Final = 2200


def _in_utc(value: datetime) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise ValueError(f"year {value.year} is outside {YEAR_MIN} to {YEAR_MAX} in UTC")
    return moment


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment in UTC between 1970 and 2200; a time without a zone is refused."""

Identifier = Annotated[str, Field(min_length=1, max_length=IDENTIFIER_LENGTH_MAX)]
ShortText = Annotated[str, Field(max_length=512)]
SignedInBy = Literal["token", "session", "machine", "program"]
"""A personal token; a session at a page; the control token of the data folder; Mercat itself."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


def digest_id(*parts: str) -> str:
    """Return 32 hexadecimal characters that depend on every part and on where one part ends.

    Same parts, same id, on every machine: ids are how a repeated event is known for a repeat.
    """
    # Each part behind its own length: no two lists of parts give the same text.
    text = "".join([f"{len(part)}:{part}" for part in parts])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def timed_id(moment: datetime, *parts: str) -> str:
    """Return an id that depends on the parts and begins with the moment's second.

    Ids made at one time lie together in a store's trees, so that writing a batch touches a few
    pages and not one page a row (docs/adr/0004).
    """
    second = int(moment.timestamp()) & SECONDS_MASK
    return f"{second:0{TIME_DIGITS}x}{digest_id(*parts)[TIME_DIGITS:]}"


def timed_like(timed: str, *parts: str) -> str:
    """Return an id that depends on the parts and lies beside one made by `timed_id`."""
    return timed[:TIME_DIGITS] + digest_id(*parts)[TIME_DIGITS:]


def caused_id(cause_id: str, event_type: str, index: int) -> str:
    """Return the id of the `index`-th event of a type that the event `cause_id` gave rise to."""
    return digest_id(cause_id, event_type, str(index))


def trace_parent(trace_id: str, event_id: str | None = None) -> str:
    """Return a W3C trace context: an event's place in a trace, or the trace's beginning.

    https://www.w3.org/TR/trace-context/ : version, 32 digits of trace, 16 of span, flags.
    """
    span_id = trace_id[16:] if event_id is None else event_id[:16]
    return f"00-{trace_id}-{span_id}-01"


def trace_of_act(act_id: str, post_id: str | None) -> str:
    """Return the trace that an act is part of: that of the post it answers, else its own."""
    return act_id if post_id is None else post_id


def caused_trace(traceparent: str | None, event_id: str) -> str | None:
    """Return the trace context of an event that another one gave rise to: same trace, own span."""
    if traceparent is None or len(traceparent) != TRACE_PARENT_LENGTH:
        return traceparent
    return f"{traceparent[:36]}{event_id[:16]}{traceparent[52:]}"


class Event(BaseModel):
    """What every event carries around its `data`, by the names CloudEvents 1.0 gives them.

    `subject` is the key that orders events: two events with one subject are handled in turn.
    `causationid` names the event that gave rise to this one; absent on what came from outside.
    """

    model_config = CONTRACT

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=128)]
    type: str
    subject: Annotated[str, Field(min_length=1, max_length=256)]
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    causationid: Identifier | None = None
    traceparent: Annotated[str, Field(max_length=64)] | None = None
