"""What runs out or begins soon: which rows are looked at, how long ahead, and whom that rings.

Each watch goes through its rows once, in order of their time, behind a mark: so each row is met by
each watch once, however often that is done, and what was slept through is told late, not never.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.policy.bell import Occasion, Urgency
from services.policy.bell_acts import consent_running_out, lapsed_unseen
from services.policy.bell_people import OFFICERS, Directory
from services.policy.orders import RELEASERS
from services.policy.slot_times import in_words
from services.runtime.clock import DAY_MS, HOUR_MS

Soon = Mapping[str, Any]
"""A row that a search found, its time as `at_ms`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a watch is given beside a row: everybody, the zone, and who consented to an act."""

    people: Directory
    zone: str
    now_ms: int
    gave: Callable[[str], frozenset[str]]

    def words(self, at_ms: int) -> str:
        """Return a moment as people read it."""
        return in_words(at_ms, self.zone)


@dataclass(frozen=True, slots=True)
class Watch:
    """A search for rows by their time, and how long ahead of it they ring; negative: after it."""

    name: str
    query: str
    ahead_ms: int
    ring: Callable[[Soon, Moment, str], Iterator[Occasion]]
    lead: str


def _held_soon(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    del lead
    yield from consent_running_out(
        {**row, "expires_at_ms": row["at_ms"]}, moment.people, moment.gave(str(row["id"]))
    )


def _held_lapsed(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    del lead
    if row["state"] == "held":
        yield lapsed_unseen({**row, "expires_at_ms": row["at_ms"]}, moment.people)


def _grant(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    yield _running_out(
        "expiry.grant",
        row,
        lead,
        moment.people.named(row["person_id"], row["given_by"]),
        (
            "A leave to speak runs out",
            f"The leave of {moment.people.login(row['person_id'])} to speak as {row['account']} "
            f"ends at {moment.words(row['at_ms'])}.",
        ),
        about="people",
    )


def _token(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    yield _running_out(
        "expiry.token",
        row,
        lead,
        moment.people.named(row["person_id"]),
        (
            "A token of yours runs out",
            f"It ends at {moment.words(row['at_ms'])}; ask a governance officer for another.",
        ),
    )


def _certification(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    yield _running_out(
        "expiry.certification",
        row,
        lead,
        moment.people.having(("governance",)),
        (
            "A leave to speak is to be looked at anew",
            f"The leave of {moment.people.login(row['person_id'])} to speak as {row['account']}, "
            f"by {moment.words(row['at_ms'])}.",
        ),
        about="people",
    )


def _halt(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    what = f"{row['kind']} {row['name'] or ''}".strip()
    yield _running_out(
        "expiry.halt",
        row,
        lead,
        moment.people.having(OFFICERS),
        (
            "A halt ends by itself soon",
            f"The halt of {what} ends at {moment.words(row['at_ms'])}, unless it is placed anew.",
        ),
        urgency="urgent",
        about="halts",
    )


def _review(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    yield _running_out(
        "glass.review",
        row,
        lead,
        moment.people.having(RELEASERS) - {str(row["person_id"])},
        (
            "Broken glass waits for its review",
            f"It was broken for {row['account']}; somebody looks at it by "
            f"{moment.words(row['at_ms'])}.",
        ),
        urgency="urgent",
    )


def _slot_begins(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    yield _running_out(
        "takeover.begins",
        row,
        lead,
        moment.people.named(row["curator_id"], row["duty_officer_id"]),
        (
            f"A slot begins in {lead}",
            f"As {row['account']}, at {moment.words(row['at_ms'])}.",
        ),
        urgency="urgent" if lead == "an hour" else "usual",
        about=f"takeovers/{row['id']}",
    )


def _slot_ends(row: Soon, moment: Moment, lead: str) -> Iterator[Occasion]:
    yield _running_out(
        "takeover.ends",
        row,
        lead,
        moment.people.named(row["curator_id"], row["duty_officer_id"]),
        (
            f"A slot ends in {lead}",
            f"As {row['account']}, at {moment.words(row['at_ms'])}.",
        ),
        about=f"takeovers/{row['id']}",
    )


def _running_out(
    kind: str,
    row: Soon,
    lead: str,
    to: frozenset[str],
    said: tuple[str, str],
    *,
    urgency: Urgency = "usual",
    about: str = "",
) -> Occasion:
    return Occasion(
        kind=kind,
        which=f"{row['id']} {row['at_ms']} {lead}",
        to=to,
        urgency=urgency,
        subject=said[0],
        body=said[1],
        about=about,
    )


_WEEK: Final = (7 * DAY_MS, "a week")
_DAY: Final = (DAY_MS, "a day")
_HOUR: Final = (HOUR_MS, "an hour")
_TWO_HOURS: Final = (2 * HOUR_MS, "two hours")
_NOW: Final = (0, "now")


def _watches() -> Iterator[Watch]:
    listed: Sequence[tuple[str, Callable[[Soon, Moment, str], Iterator[Occasion]], Any]] = (
        ("bell_soon_acts", _held_soon, (_TWO_HOURS,)),
        ("bell_soon_acts", _held_lapsed, (_NOW,)),
        ("bell_soon_grants", _grant, (_WEEK, _DAY)),
        ("bell_soon_certifications", _certification, (_WEEK, _DAY)),
        ("bell_soon_tokens", _token, (_WEEK, _DAY)),
        ("bell_soon_halts", _halt, (_HOUR,)),
        ("bell_soon_reviews", _review, (_WEEK, _DAY)),
        ("bell_soon_slots", _slot_begins, (_DAY, _HOUR)),
        ("bell_soon_ends", _slot_ends, (_DAY,)),
    )
    for query, ring, leads in listed:
        for ahead_ms, lead in leads:
            yield Watch(f"{query} {lead}", query, ahead_ms, ring, lead)


WATCHES: Final[Sequence[Watch]] = tuple(_watches())
"""Every watch there is, under names that no two share: its mark stands under it."""
