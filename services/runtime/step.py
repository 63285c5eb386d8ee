"""One step of a stage over a batch: the same pure logic under every runner."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from schemas.codec import decode_event, encode_event
from schemas.dead_letter import DETAIL_LENGTH_MAX, DeadLetter, DeadLetterWritten
from schemas.envelope import Event, caused_trace, digest_id
from schemas.topics import DEAD_LETTERS
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Effect, Emit, Expect, Forget, Key, Reject, Remember, Row
from services.runtime.event_size import UNSENDABLE, size_fault
from services.runtime.null_characters import NULL_ESCAPED, holds_null, shown_null
from services.runtime.ports import Append, Guard, Record, Stage
from services.runtime.view import View

DEAD_LETTER_VALUE_BYTES_MAX: Final = 65_536
SHORTEN: Final = "shorten what it answers, or mend the rule that makes it so long, then put it back"
Fetch = Callable[[Iterable[Key]], Mapping[Key, Row | None]]


class Intake(NamedTuple):
    """One thing a stage is to handle, with what a dead letter needs if it cannot.

    `content` is an event (or, at the door, a sighting), or the Reject it earned before it became
    one. `id` is the event's id, where it has one.
    """

    origin: str
    place: str
    value: bytes
    content: Any
    id: str | None = None


@dataclass(slots=True)
class Outcome:
    """What a batch comes to: appends in order, the last state of each row, and counts.

    `guards` are rows of others that it rests on, as they were before it. `began_at` is when it was
    begun, where that is known.
    """

    appends: list[Append] = field(default_factory=list)
    writes: dict[Key, Row | None] = field(default_factory=dict)
    handled: int = 0
    repeats: int = 0
    rejected: int = 0
    guards: dict[Guard, None] = field(default_factory=dict)
    began_at: datetime | None = None


def intake_of(record: Record) -> Intake:
    """Return a record ready to be handled, decoded unless its writer handed the event on."""
    content: Any = record.event
    if content is None:
        content = _decoded(record)
    event_id = None if isinstance(content, Reject) else content.id
    return Intake(record.topic, place_of(record), record.value, content, event_id)


def place_of(record: Record) -> str:
    """Return a record's place in its topic, as people read it: offset, or partition and offset."""
    return f"{record.partition}:{record.offset}" if record.partition else str(record.offset)


def handled_key(stage: str, event: Event) -> Key:
    """Return where it stands that a stage has handled an event.

    The event's own second comes first, so that ids handled together lie together in the store.
    """
    return Key("handled_events", f"{stage}:{int(event.time.timestamp()):010d}:{event.id}")


def dead_letter_key(stage: str, intake: Intake) -> Key:
    """Return where a stage's dead letter stands, if it set this aside.

    An event that comes twice has one: it is known by its id, wherever it lies. What has no id is
    known by its place.
    """
    if intake.id is not None:
        return Key("dead_letters", digest_id("dead-letter", stage, intake.origin, intake.id))
    digest = digest_id(intake.value.decode("latin-1"))
    return Key("dead_letters", digest_id("dead-letter", stage, intake.origin, intake.place, digest))


def step(stage: Stage, intakes: Sequence[Intake], fetch: Fetch, now: datetime) -> Outcome:
    """Handle a batch in order and return its effects, dead letters among them.

    `fetch` returns the rows of all keys asked for. Whatever goes wrong with one event concerns
    that event alone: its effects are dropped and a dead letter stands in their place.
    """
    outcome = Outcome(began_at=now)
    keys = [_needs(stage, intake) for intake in intakes]
    repeat_keys = [_repeat_key(stage, intake) for intake in intakes]
    wanted: set[Key] = {key for key in repeat_keys if key}
    for needed in keys:
        if not isinstance(needed, Reject):
            wanted.update(needed)
    view = View(fetch(wanted) if wanted else {})
    features = _prepare(stage, intakes, keys)
    for intake, needed, repeat_key, feature in zip(
        intakes, keys, repeat_keys, features, strict=True
    ):
        if repeat_key is not None:
            view.narrow((repeat_key,))
            if view.get(repeat_key) is not None:
                outcome.repeats += 1
                continue
        answer = _answer(stage, intake, needed, feature, view, now)
        if isinstance(answer, Reject):
            outcome.rejected += 1
            _set_aside(stage, intake, answer, view, outcome, now)
        else:
            effects, appends = answer
            outcome.handled += 1
            _expect(effects, view, outcome)
            outcome.appends.extend(appends)
            _apply(effects, view)
            if repeat_key is not None:
                view.apply(repeat_key, {"handled_at_ms": to_epoch_ms(now)})
    outcome.writes = dict(view.written)
    return outcome


def _decoded(record: Record) -> Any:
    try:
        event = decode_event(record.topic, record.value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole event"
        return Reject("not an event", f"{where}: {first['msg']}")
    if NULL_ESCAPED in record.value and holds_null(event):
        return Reject("null character", "a text of it holds a null character, which no store keeps")
    return event


def _needs(stage: Stage, intake: Intake) -> Sequence[Key] | Reject:
    if isinstance(intake.content, Reject):
        return intake.content
    try:
        return tuple(stage.needs(intake.content))
    except Exception as error:  # noqa: BLE001 - one event's trouble must not be the batch's
        return _handler_failed(error)


def _repeat_key(stage: Stage, intake: Intake) -> Key | None:
    if not stage.knows_repeats or intake.id is None or isinstance(intake.content, Reject):
        return None
    return handled_key(stage.name, intake.content)


def _prepare(
    stage: Stage, intakes: Sequence[Intake], keys: Sequence[Sequence[Key] | Reject]
) -> list[Any]:
    sound = [i for i, needed in enumerate(keys) if not isinstance(needed, Reject)]
    features: list[Any] = [None] * len(intakes)
    if not sound:
        return features
    try:
        prepared = stage.prepare([intakes[i].content for i in sound])
    except Exception:  # noqa: BLE001 - the batch is prepared again event by event below
        prepared = [_prepare_one(stage, intakes[i]) for i in sound]
    for i, feature in zip(sound, prepared, strict=True):
        features[i] = feature
    return features


def _prepare_one(stage: Stage, intake: Intake) -> Any:
    try:
        return stage.prepare([intake.content])[0]
    except Exception as error:  # noqa: BLE001 - becomes this event's dead letter
        return _handler_failed(error)


def _answer(
    stage: Stage,
    intake: Intake,
    needed: Sequence[Key] | Reject,
    feature: Any,
    view: View,
    now: datetime,
) -> tuple[Sequence[Effect], Sequence[Append]] | Reject:
    """Return what an event comes to, and what it emits as it will be sent."""
    effects = _effects(stage, intake, needed, feature, view, now)
    if isinstance(effects, Reject):
        return effects
    appends = _appends(effects)
    return appends if isinstance(appends, Reject) else (effects, appends)


def _effects(
    stage: Stage,
    intake: Intake,
    needed: Sequence[Key] | Reject,
    feature: Any,
    view: View,
    now: datetime,
) -> Sequence[Effect] | Reject:
    if isinstance(needed, Reject):
        return needed
    if isinstance(feature, Reject):
        return feature
    view.narrow(needed)
    try:
        effects = tuple(stage.handle(intake.content, feature, view, now))
    except Exception as error:  # noqa: BLE001 - becomes this event's dead letter
        return _handler_failed(error)
    return next((effect for effect in effects if isinstance(effect, Reject)), effects)


def _handler_failed(error: Exception) -> Reject:
    return Reject("handler failed", f"{type(error).__name__}: {error}")


def _expect(effects: Sequence[Effect], view: View, outcome: Outcome) -> None:
    """Guard what an event rests on, save what the batch itself has written so far."""
    for effect in effects:
        if isinstance(effect, Expect) and effect.key not in view.written:
            outcome.guards[Guard(effect.key, effect.value, effect.column)] = None


def _appends(effects: Sequence[Effect]) -> Sequence[Append] | Reject:
    """Return what an event emits, encoded; a Reject where some of it could never be sent."""
    appends: list[Append] = []
    encoded: tuple[Event | None, bytes] = (None, b"")
    for effect in effects:
        if isinstance(effect, Emit):
            event = effect.event
            if event is not encoded[0]:
                try:
                    encoded = (event, encode_event(event))
                except ValueError as error:
                    return _handler_failed(error)
            append = Append(effect.topic, event.subject, encoded[1], event)
            fault = size_fault(append)
            if fault is not None:
                return Reject(UNSENDABLE, f"{fault}; {SHORTEN}")
            appends.append(append)
    return appends


def _apply(effects: Sequence[Effect], view: View) -> None:
    for effect in effects:
        if isinstance(effect, Remember):
            view.apply(effect.key, effect.row)
        elif isinstance(effect, Forget):
            view.apply(effect.key, None)


def _set_aside(
    stage: Stage, intake: Intake, reject: Reject, view: View, outcome: Outcome, now: datetime
) -> None:
    key = dead_letter_key(stage.name, intake)
    detail = shown_null(reject.detail).encode("utf-8", "backslashreplace").decode()
    letter = DeadLetter(
        dead_letter_id=key.id,
        stage=stage.name,
        stage_version=stage.version,
        origin=intake.origin[:128],
        place=shown_null(intake.place)[:512],
        event_id=intake.id,
        cause=reject.cause[:64],
        detail=detail[:DETAIL_LENGTH_MAX],
        size_bytes=len(intake.value),
        written_at=now,
    )
    event_id = digest_id("dead-letter-written", key.id)
    event = DeadLetterWritten(
        id=event_id,
        source=f"/{stage.name}",
        subject=letter.origin,
        time=now,
        causationid=intake.id,
        traceparent=caused_trace(getattr(intake.content, "traceparent", None), event_id),
        data=letter,
    )
    outcome.appends.append(Append(DEAD_LETTERS.name, event.subject, encode_event(event), event))
    view.apply(key, _dead_letter_row(letter, intake.value, now))


def _dead_letter_row(letter: DeadLetter, value: bytes, now: datetime) -> Row:
    row = letter.model_dump(
        include={"stage", "stage_version", "origin", "place", "event_id", "cause", "detail"}
    )
    return {
        **row,
        "state": "waiting",
        "size_bytes": len(value),
        "written_at_ms": to_epoch_ms(now),
        "value": value[:DEAD_LETTER_VALUE_BYTES_MAX],
    }
