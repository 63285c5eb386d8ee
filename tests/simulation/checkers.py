"""Whether a run kept what Mercat promises: each checker yields a sentence for every breach.

I1, I2, I6 and I7 stand here, with the effects they entail. I3, I4, I5 and I8 are about speaking and
come with what speaks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from schemas.assignment import PostRouted
from schemas.classification import PostClassified
from schemas.dead_letter import DeadLetterWritten
from schemas.envelope import Event, digest_id
from schemas.post import PostRemoved
from schemas.topics import team_topic
from services.ingest.sighting import Refused, Sighting, known_id
from services.route.configuration import NO_TEAM
from services.runtime.step import handled_key
from tests.simulation.remains import CONSUMERS, Remains

RECEIVED = "posts.received.v1"
CLASSIFIED = "posts.classified.v1"
ROUTED = "posts.routed.v1"
DEAD_LETTERS = "deadletters.written.v1"
FLOWS = {CLASSIFIED: RECEIVED, ROUTED: CLASSIFIED}
"""Each topic that a stage writes, and the one it reads for that."""

Item = Sighting | Refused


def breaches(remains: Remains, acknowledged: Iterable[Item]) -> list[str]:
    """Return everything that is wrong with a run that has come to rest."""
    return [
        *unlogged(remains, acknowledged),
        *unended(remains),
        *unstored(remains),
        *repeated(remains),
        *disordered(remains),
        *lagging(remains),
    ]


def unlogged(remains: Remains, acknowledged: Iterable[Item]) -> Iterator[str]:
    """I1: yield each acknowledged item that is neither in the log nor kept out for a reason."""
    ids = {event.id for event in remains.events(RECEIVED)}
    places = {letter.data.place for letter in _letters(remains)}
    known = remains.rows["known_posts"]
    for item in acknowledged:
        if isinstance(item, Refused):
            if item.place not in places:
                yield f"I1: {item.place} was acknowledged and has no dead letter"
            continue
        row = known.get(known_id(item.source, item.native_id))
        # A removal keeps every copy out that comes later, and one of a post never seen is no event.
        gone = row is not None and bool(row["removed"])
        names = ("removed",) if item.kind == "removed" else ("received", "edited")
        stamp = (item.revision,) if item.kind == "received" else ()
        logged = any(digest_id(n, item.source, item.native_id, *stamp) in ids for n in names)
        if not logged and not gone:
            yield f"I1: {item.kind} {item.native_id} {item.revision} was acknowledged and is lost"


def unended(remains: Remains) -> Iterator[str]:
    """I2: yield each event in the log that came to no end, or to two."""
    handled = set(remains.rows["handled_events"])
    aside = {(letter.data.origin, letter.data.place) for letter in _letters(remains)}
    aside_ids = {letter.data.event_id for letter in _letters(remains)}
    for source, target in ((RECEIVED, CLASSIFIED), (CLASSIFIED, ROUTED)):
        followed = {event.causationid for event in remains.events(target)}
        dropped = set(_rightly_dropped(remains.events(source))) if source == CLASSIFIED else set()
        for placed in remains.topic(source):
            event = placed.event
            set_aside = (source, placed.place) in aside
            if event is None:
                if not set_aside:
                    yield f"I2: what stands at {source} {placed.place} has no dead letter"
                continue
            set_aside = set_aside or event.id in aside_ids
            ended = event.id in followed
            if source == CLASSIFIED:
                ended = ended or event.id in dropped
                if (handled_key("route", event).id in handled) == set_aside:
                    yield f"I2: {event.type} {event.id} is handled and set aside, or neither"
            if ended == set_aside:
                yield f"I2: {event.type} {event.id} in {source} has two ends, or none"
    yield from _letters_without_rows(remains)
    yield from _teams_untold(remains)


def unstored(remains: Remains) -> Iterator[str]:
    """Yield each routed post whose row is missing, or stands while the post is removed."""
    posts = remains.rows["posts"]
    for event in remains.events(ROUTED):
        if isinstance(event, PostRouted):
            row = posts.get(event.data.post.post_id)
            if row is None or row["conversation_id"] != event.subject:
                yield f"I2: post {event.data.post.post_id} was routed and has no row"
        elif isinstance(event, PostRemoved):
            row = posts.get(event.data.post_id)
            if row is None or row["text"] is not None or row["state"] != "removed":
                yield f"I2: post {event.data.post_id} was removed and its text is kept"


def repeated(remains: Remains) -> Iterator[str]:
    """Yield each event id that stands twice in a topic, and each hole in the offsets.

    Dead letters of items that never became events are left out: a source that hands the same item
    in again gets the same letter, known by its id.
    """
    for name, run in remains.topics.items():
        offsets = [placed.offset for placed in run]
        if offsets != list(range(offsets[0], offsets[0] + len(offsets)) if offsets else ()):
            yield f"offsets of {name} have holes"
        counts = Counter(event.id for event in remains.events(name) if not _from_source(event))
        yield from (f"{name} holds {each} {n} times" for each, n in counts.items() if n > 1)


def disordered(remains: Remains) -> Iterator[str]:
    """I6: yield each conversation whose events stand in another order than their causes."""
    teams = [name for name in remains.topics if name.startswith("teams.")]
    for target, source in (*FLOWS.items(), *((team, CLASSIFIED) for team in teams)):
        places: dict[str, int] = {}
        for place, event in enumerate(remains.events(source)):
            places.setdefault(event.id, place)
        last: dict[str, int] = {}
        for event in remains.events(target):
            if event.causationid is None:
                continue
            place = places.get(event.causationid, -1)
            if place < 0:
                yield f"I6: {event.id} in {target} follows from nothing in {source}"
            if place < last.get(event.subject, -1):
                yield f"I6: {event.id} overtook another of {event.subject} in {target}"
            last[event.subject] = place


def lagging(remains: Remains) -> Iterator[str]:
    """I7: yield each consumer that is not at the end of its topic."""
    for consumer, topic in CONSUMERS.items():
        run = remains.topic(topic)
        end = run[-1].offset + 1 if run else 0
        if remains.cursors[consumer] != end:
            yield f"I7: {consumer} is at {remains.cursors[consumer]} of {end}"


def _rightly_dropped(classified: Sequence[Event]) -> Iterator[str]:
    """Yield the events that route had nothing to say about: their post was removed before."""
    removed: set[str] = set()
    for event in classified:
        if isinstance(event, PostClassified) and event.data.post.post_id in removed:
            yield event.id
        elif isinstance(event, PostRemoved):
            if event.data.post_id in removed:
                yield event.id
            removed.add(event.data.post_id)


def _letters(remains: Remains) -> list[DeadLetterWritten]:
    found = remains.events(DEAD_LETTERS)
    return [event for event in found if isinstance(event, DeadLetterWritten)]


def _letters_without_rows(remains: Remains) -> Iterator[str]:
    told = {letter.data.dead_letter_id for letter in _letters(remains)}
    kept = set(remains.rows["dead_letters"])
    yield from (f"I2: dead letter {each} is told of or kept, not both" for each in told ^ kept)


def _teams_untold(remains: Remains) -> Iterator[str]:
    told: dict[str, set[str | None]] = {}
    for event in remains.events(ROUTED):
        if isinstance(event, PostRouted) and event.data.assignment.team != NO_TEAM:
            team = event.data.assignment.team
            if team not in told:
                told[team] = {each.causationid for each in remains.events(team_topic(team))}
            if event.causationid not in told[team]:
                yield f"I2: {team} was never told of {event.data.post.native_id}"


def _from_source(event: Event) -> bool:
    return isinstance(event, DeadLetterWritten) and event.data.origin.startswith("source:")
