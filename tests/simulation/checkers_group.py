"""Whether workers of a group kept what Mercat promises: a sentence for every breach."""

from collections import Counter
from collections.abc import Iterator, Sequence

from schemas.dead_letter import DeadLetterWritten
from schemas.envelope import Event
from services.runtime.effects import Key, Reject
from services.runtime.ports import Record
from services.runtime.step import dead_letter_key, intake_of
from services.store.memory_journal import MemoryJournal
from tests.fakes import text_of
from tests.simulation.group_week import TOPIC, GroupWeek

TEAM = "teams.count.posts.v1"
RECORDS_MAX = 1_000_000


def group_breaches(week: GroupWeek) -> list[str]:
    """Return all that is wrong with a run whose places are in the database."""
    told = list(told_of(week.kept))
    return [
        *lost(week, told),
        *doubled(week, told),
        *disordered(week, told),
        *miscounted(week),
        *lagging(week),
    ]


def told_of(kept: MemoryJournal) -> Iterator[Event]:
    """Return what was passed on, in order."""
    for record in kept.log.read(TEAM, 0, RECORDS_MAX):
        assert record.event is not None
        yield record.event


def good_events(records: Sequence[Record]) -> list[Event]:
    """Return each event that can be handled once, where it stands first."""
    events: dict[str, Event] = {}
    for record in records:
        content = intake_of(record).content
        if not isinstance(content, Reject) and "break" not in text_of(content):
            events.setdefault(content.id, content)
    return list(events.values())


def lost(week: GroupWeek, told: Sequence[Event]) -> Iterator[str]:
    """I2: yield each record that was neither passed on nor set aside."""
    followed = {_origin(event) for event in told}
    good = {_origin(event) for event in good_events(week.topic.records())}
    yield from (f"I2: {each} was handled by nobody" for each in good - followed)
    yield from (f"I2: {each} comes from nothing" for each in followed - good)
    rows = {key.id for key in week.kept.rows if key.table == "dead_letters"}
    for record in week.topic.records():
        intake = intake_of(record)
        bad = isinstance(intake.content, Reject) or "break" in text_of(intake.content)
        if bad and dead_letter_key(week.stage_name, intake).id not in rows:
            yield f"I2: {intake.place} has no dead letter"


def doubled(week: GroupWeek, told: Sequence[Event]) -> Iterator[str]:
    """Yield each event that was passed on twice, and each dead letter told of twice."""
    counts = Counter(event.id for event in told)
    yield from (f"{each} was passed on {n} times" for each, n in counts.items() if n > 1)
    letters = Counter(
        (record.event.id, record.event.data.place)
        for record in week.kept.log.read("deadletters.written.v1", 0, RECORDS_MAX)
        if isinstance(record.event, DeadLetterWritten)
    )
    yield from (f"dead letter {each} was told {n} times" for each, n in letters.items() if n > 1)


def disordered(week: GroupWeek, told: Sequence[Event]) -> Iterator[str]:
    """I6: yield each conversation whose events were first passed on in another order."""
    first: dict[str, list[str]] = {}
    for event in dict.fromkeys((each.subject, _origin(each)) for each in told):
        first.setdefault(event[0], []).append(event[1])
    for conversation, origins in first.items():
        stood = [
            _origin(event)
            for event in good_events(week.topic.records())
            if event.subject == conversation
        ]
        if origins != stood:
            yield f"I6: {conversation} was passed on in another order"


def miscounted(week: GroupWeek) -> Iterator[str]:
    """Yield each conversation whose state counts another number than its events."""
    counts = Counter(event.subject for event in good_events(week.topic.records()))
    for conversation, count in counts.items():
        row = week.kept.rows.get(Key("known_posts", conversation))
        if row is None or row["removed"] != count:
            yield f"{conversation} has {count} events and counts {row['removed'] if row else 0!r}"


def lagging(week: GroupWeek) -> Iterator[str]:
    """I7: yield each partition whose cursor is not at its end."""
    for partition, run in enumerate(week.topic.runs):
        place = week.kept.cursor(week.stage_name, TOPIC, partition=partition)
        if place != len(run):
            yield f"I7: partition {partition} is at {place} of {len(run)}"


def _origin(event: Event) -> str:
    """Return what an event and its copy have in common."""
    assert hasattr(event, "data")
    return str(event.data.native_id)
