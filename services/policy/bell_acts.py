"""What acts ring: consent that is wanted, and what became of an act for whoever wrote it.

None of it holds a word of the act, nor of whom it answers: a bell leaves the body's hands.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.policy.bell import Occasion, Urgency
from services.policy.bell_calls import Happened
from services.policy.bell_people import Directory
from services.runtime.clock import from_epoch_ms

LATE_MS: Final = 15 * 60_000
"""An act that goes out so long after its consent went out late."""
BECAME: Final[Mapping[str, tuple[str, Urgency]]] = {
    "act.held-back": ("Your act is held back", "usual"),
    "act.stopped": ("Your act was stopped", "usual"),
    "act.void": ("Your act has lapsed", "usual"),
    "act.withdrawn": ("Your act was withdrawn", "usual"),
    "sending.refused": ("The platform refused your act", "usual"),
    "sending.unknown": ("Nobody knows yet whether your act went out", "usual"),
}
ACT_KINDS: Final = frozenset({*BECAME, "act.proposed", "act.judged", "sending.sent"})
_DECIDED: Final[Mapping[str, tuple[str, Urgency]]] = {
    "hold": ("Your act waits for consent", "low"),
    "deny": ("Your act was refused", "low"),
}


def act_occasions(
    entry: Happened, act: Mapping[str, Any] | None, people: Directory
) -> Iterator[Occasion]:
    """Yield what an entry about an act rings; `act` is its row as it is now."""
    if act is None or entry.act_id is None:
        return
    author = people.named(act["author_id"])
    if entry.kind in ("act.proposed", "act.judged"):
        if act["state"] == "held":
            yield consent_wanted(entry.act_id, act, people)
        decided = _DECIDED.get(str(entry.facts.get("decision")))
        if decided is not None and entry.kind == "act.proposed":
            yield _became(entry, decided, author, people)
    elif entry.kind == "sending.sent":
        late_ms = entry.at_ms - int(str(act["approved_at_ms"] or entry.at_ms))
        if late_ms >= LATE_MS:
            yield _became(entry, ("Your act went out late", "low"), author, people)
    elif entry.kind in BECAME:
        yield _became(entry, BECAME[entry.kind], author - {entry.actor_id}, people)


def consent_wanted(act_id: str, act: Mapping[str, Any], people: Directory) -> Occasion:
    """Return what tells those who could approve an act that it waits."""
    to = people.who_could_approve(str(act["needs"]), str(act["author_id"]))
    what = f"{str(act['kind']).capitalize()} as {act['account']}"
    author = people.login(str(act["author_id"]))
    return Occasion(
        kind="approval.wanted",
        which=f"{act_id} {act['digest']}",
        to=to,
        urgency="usual",
        subject="An act waits for consent",
        body=f"{what} by {author}, until {_moment(act['expires_at_ms'])}.",
        about=f"acts/{act_id}",
    )


def consent_running_out(
    row: Mapping[str, Any], people: Directory, gave: frozenset[str]
) -> Iterator[Occasion]:
    """Yield what an act near its time rings: who could approve it, or whose it is.

    `gave` have consented already.
    """
    until = _moment(row["expires_at_ms"])
    if row["state"] == "held":
        yield Occasion(
            kind="approval.running-out",
            which=f"{row['id']} {row['digest']} {row['expires_at_ms']}",
            to=people.who_could_approve(str(row["needs"]), str(row["author_id"]), gave),
            urgency="urgent",
            subject="An act waits for consent, and its time runs out",
            body=f"As {row['account']}, by {people.login(str(row['author_id']))}, until {until}.",
            about=f"acts/{row['id']}",
        )
    else:
        yield Occasion(
            kind="act.running-out",
            which=f"{row['id']} {row['digest']} {row['expires_at_ms']}",
            to=people.named(row["author_id"]),
            urgency="usual",
            subject="Your act has consent, and has not gone out",
            body=f"As {row['account']}; its consent holds until {until}.",
            about=f"acts/{row['id']}",
        )


def lapsed_unseen(row: Mapping[str, Any], people: Directory) -> Occasion:
    """Return what tells an author that nobody consented in time."""
    return Occasion(
        kind="act.lapsed",
        which=f"{row['id']} {row['digest']} {row['expires_at_ms']}",
        to=people.named(row["author_id"]),
        urgency="usual",
        subject="Your act has lapsed: nobody consented in time",
        body=f"As {row['account']}; it can be proposed again.",
        about=f"acts/{row['id']}",
    )


def _became(
    entry: Happened, said: tuple[str, Urgency], to: frozenset[str], people: Directory
) -> Occasion:
    subject, urgency = said
    return Occasion(
        kind=f"act.{entry.kind.partition('.')[2]}",
        which=entry.id,
        to=to,
        urgency=urgency,
        subject=subject,
        body=entry.said(people),
        about=f"acts/{entry.act_id}",
    )


def _moment(at_ms: object) -> str:
    if not isinstance(at_ms, int):
        return "it is withdrawn"
    return f"{from_epoch_ms(at_ms):%Y-%m-%d %H:%M} UTC"
