"""What is wrong with a rota's shifts: gaps, people in two places at once, too little rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.policy.slot_times import in_words

FindingKind = Literal["gap", "double-booked", "rest"]
MINUTE_MS: Final = 60_000
FINDINGS_MAX: Final = 200


@dataclass(frozen=True, slots=True, order=True)
class Engagement:
    """A time that somebody is to speak in: a shift, or a takeover, by its id."""

    starts_at_ms: int
    ends_at_ms: int
    id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong from an instant to another; `ids` are whose times it is about."""

    kind: FindingKind
    starts_at_ms: int
    ends_at_ms: int
    sentence: str
    person_id: str | None = None
    ids: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return it as answers hold it."""
        return {
            "kind": self.kind,
            "starts_at_ms": self.starts_at_ms,
            "ends_at_ms": self.ends_at_ms,
            "person_id": self.person_id,
            "ids": list(self.ids),
            "sentence": self.sentence,
        }


def gaps(
    engagements: Iterable[Engagement], since_ms: int, until_ms: int, zone: str
) -> Iterator[Finding]:
    """Yield the times between two instants in which nobody is on."""
    covered_ms = since_ms
    for each in sorted(engagements):
        if each.starts_at_ms >= until_ms:
            break
        if each.starts_at_ms > covered_ms:
            yield _gap(covered_ms, each.starts_at_ms, zone)
        covered_ms = max(covered_ms, each.ends_at_ms)
    if covered_ms < until_ms:
        yield _gap(covered_ms, until_ms, zone)


def clashes(
    engagements: Sequence[Engagement], rest_minutes: int, names: Mapping[str, str], zone: str
) -> Iterator[Finding]:
    """Yield where a person is in two places at once, or has less rest between two than asked."""
    by_person: dict[str, list[Engagement]] = {}
    for each in sorted(engagements):
        by_person.setdefault(each.person_id, []).append(each)
    for person_id, theirs in by_person.items():
        name = names.get(person_id, person_id)
        before: list[Engagement] = []
        for after in theirs:
            over = [each for each in before if each.ends_at_ms > after.starts_at_ms]
            for each in over:
                yield _double(each, after, name, zone)
            latest = max(before, key=lambda each: each.ends_at_ms, default=None)
            rested_ms = 0 if latest is None else latest.ends_at_ms + rest_minutes * MINUTE_MS
            if latest is not None and not over and after.starts_at_ms < rested_ms:
                yield _short_rest(latest, after, name, rest_minutes, zone)
            before = [*over, after] if latest is None or over else [latest, after]


def _gap(since_ms: int, until_ms: int, zone: str) -> Finding:
    return Finding(
        kind="gap",
        starts_at_ms=since_ms,
        ends_at_ms=until_ms,
        sentence=f"Nobody is on from {in_words(since_ms, zone)} to {in_words(until_ms, zone)}; "
        "plan somebody.",
    )


def _double(first: Engagement, second: Engagement, name: str, zone: str) -> Finding:
    ends_at_ms = min(first.ends_at_ms, second.ends_at_ms)
    return Finding(
        kind="double-booked",
        starts_at_ms=second.starts_at_ms,
        ends_at_ms=ends_at_ms,
        person_id=first.person_id,
        ids=(first.id, second.id),
        sentence=f"{name} is booked twice from {in_words(second.starts_at_ms, zone)} to "
        f"{in_words(ends_at_ms, zone)}; give one of the two to somebody else.",
    )


def _short_rest(
    first: Engagement, second: Engagement, name: str, rest_minutes: int, zone: str
) -> Finding:
    minutes = (second.starts_at_ms - first.ends_at_ms) // MINUTE_MS
    return Finding(
        kind="rest",
        starts_at_ms=first.ends_at_ms,
        ends_at_ms=second.starts_at_ms,
        person_id=first.person_id,
        ids=(first.id, second.id),
        sentence=f"{name} has {minutes} minutes of rest before "
        f"{in_words(second.starts_at_ms, zone)}, and this rota asks for {rest_minutes}; "
        "move one of the two, or give it to somebody else.",
    )
