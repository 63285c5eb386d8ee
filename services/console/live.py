"""Routed posts as the front page shows them: short, plain, and without what nobody needs there."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas.assignment import PostRerouted, PostRouted
from schemas.case import CASE_FACTS, CaseClosed, CaseMerged, CaseReopened, CaseSplit
from schemas.codec import decode_event
from schemas.post import PostRemoved
from services.runtime.ports import EventLog, Record, Store

EXCERPT_CHARACTERS_MAX: Final = 180
ITEMS_MAX: Final = 60
PLACE_SEPARATOR: Final = "."
PLACE_PATTERN: Final = r"^\d{1,19}(\.\d{1,19})*$"
PLACE_LENGTH_MAX: Final = 20_000
HIDDEN: Final = "(removed by its author or its platform)"


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    if len(line) <= EXCERPT_CHARACTERS_MAX:
        return line
    return line[: EXCERPT_CHARACTERS_MAX - 1].rstrip() + "…"


def live_item(record: Record, zone: ZoneInfo) -> Mapping[str, Any]:
    """Return what the page shows of one record of posts.routed.v1."""
    event = record.event or decode_event(record.topic, record.value)
    shown: dict[str, Any] = {"offset": record.offset, "at": clock_time(event.time, zone)}
    if isinstance(event, PostRouted):
        routed = event.data
        deadline = routed.assignment.deadline
        return shown | {
            "kind": "edited" if routed.edited else "routed",
            "post": routed.post.post_id,
            "text": excerpt(routed.post.text),
            "source": routed.post.source,
            "channel": routed.post.channel,
            "language": routed.classification.language,
            "sentiment": routed.classification.sentiment,
            "intent": routed.classification.intent,
            "team": routed.assignment.team,
            "theme": routed.assignment.theme,
            "priority": routed.assignment.priority,
            "reason": routed.assignment.reason,
            "deadline": None if deadline is None else day_time(deadline, zone),
        }
    if isinstance(event, PostRerouted):
        change = event.data
        return shown | {
            "kind": "rerouted",
            "post": change.post_id,
            "text": f"moved from {change.team_before} to {change.team}",
            "team": change.team,
            "reason": change.reason,
        }
    if isinstance(event, CASE_FACTS):
        return shown | _case_item(event)
    assert isinstance(event, PostRemoved)
    return shown | {"kind": "removed", "post": event.data.post_id, "text": HIDDEN}


def _case_item(event: CaseClosed | CaseReopened | CaseMerged | CaseSplit) -> dict[str, Any]:
    fact = event.data
    match event:
        case CaseClosed():
            kind, text = "closed", f"case closed: {event.data.outcome.replace('-', ' ')}"
        case CaseReopened():
            kind, text = "reopened", "case open again"
        case CaseMerged():
            kind, text = "merged", f"case merged into {event.data.into_case_id}"
        case CaseSplit():
            count = len(set(event.data.post_ids))
            posts = "1 post" if count == 1 else f"{count} posts"
            kind, text = "split", f"{posts} split off, now in case {event.data.new_case_id}"
    return {
        "kind": kind,
        "post": None,
        "case": fact.case_id,
        "text": text,
        "team": fact.team,
        "reason": fact.reason,
    }


def live_items(
    event_log: EventLog, topic: str, after: str | None, zone: ZoneInfo
) -> tuple[list[Mapping[str, Any]], str]:
    """Return the items after a place, newest last, 60 at most, and the place to ask after next.

    A place is an offset of each partition, joined by points; one of another number of partitions is
    no place here, and counts as none. What was removed since is not shown, however recent.
    """
    partitions = range(event_log.partitions(topic))
    ends = [event_log.end_offset(topic, partition=each) for each in partitions]
    asked = [] if after is None else [int(each) for each in after.split(PLACE_SEPARATOR)]
    known = asked if len(asked) == len(ends) else [0] * len(ends)
    read = [
        event_log.read(topic, first, ITEMS_MAX, partition=partition)
        for partition, end in enumerate(ends)
        if (first := max(known[partition], end - ITEMS_MAX)) < end
    ]
    newest = list(heapq.merge(*map(_timed, read), key=itemgetter(0)))[-ITEMS_MAX:]
    items = without_removed([live_item(record, zone) for _, record in newest])
    return items, PLACE_SEPARATOR.join(map(str, ends))


def _timed(records: Sequence[Record]) -> Iterator[tuple[datetime, Record]]:
    """Yield one partition's records, decoded, each with its time; they are merged as they come."""
    for record in records:
        event = record.event or decode_event(record.topic, record.value)
        yield event.time, record._replace(event=event)


def speaking_now(store: Store) -> Mapping[str, int]:
    """Return how many acts wait for consent (`held`) or a person's word, and how many halts are on.

    A person's word is wanted where nothing tells whether an act was sent (`in_doubt`).
    """
    rows = store.select("speaking_now")
    return {name: int(str(rows[0][name])) for name in ("held", "in_doubt", "halts")}


def without_removed(items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the items with the texts of removed posts hidden."""
    removed = {item["post"] for item in items if item["kind"] == "removed"}
    return [
        {**item, "text": HIDDEN} if item["post"] in removed and item["kind"] != "removed" else item
        for item in items
    ]


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return the hour as people in the body's zone read it."""
    return moment.astimezone(zone).strftime("%H:%M:%S")


def day_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return day and hour as people in the body's zone read them."""
    return moment.astimezone(zone).strftime("%a %d %b, %H:%M")
