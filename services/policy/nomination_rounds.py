"""Decides on rounds of nominations: opened, their list fixed, drawn from, and over.

Who fixes a list does not draw from it, unless the body has one officer: of the two things that a
draw rests on, one person holds one.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from services.policy.decided import Decided
from services.policy.fair_draw import commitment_of, drawn_order
from services.policy.nomination import Nomination, Round, digest_of_list
from services.policy.nomination_orders import (
    CloseRound,
    Draw,
    EndRound,
    FixList,
    NoteAnswer,
    OpenRound,
)
from services.policy.people import note
from services.policy.slot_times import in_words
from services.policy.takeover import Takeover
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

OPEN_DAYS_MAX: Final = 366
Fact = str | int | bool | None
Facts = dict[str, Fact]


def opened(
    order: OpenRound,
    actor: Actor,
    round_id: str,
    takeover: Takeover | None,
    now_ms: int,
    zone: str,
) -> Decided:
    """Open a round, for a slot that nobody was asked for yet where one is named."""
    if not now_ms < order.closes_at_ms <= now_ms + OPEN_DAYS_MAX * DAY_MS:
        raise RejectError(
            f"A round closes between now and {OPEN_DAYS_MAX} days from now; name another moment."
        )
    if takeover is not None:
        _require_free(takeover, order)
    made = Round(
        id=round_id,
        account=order.account,
        title=order.title,
        takeover_id=order.takeover_id,
        state="open",
        opened_by=actor.person_id,
        opened_at_ms=now_ms,
        closes_at_ms=order.closes_at_ms,
    )
    noted = _noted("nomination.opened", actor, made, order.why, closes_at_ms=order.closes_at_ms)
    return Decided(
        reply=_reply(
            made,
            f"Citizens may name somebody for {order.title!r} until "
            f"{in_words(order.closes_at_ms, zone)}.",
        ),
        writes={made.key: made.row()},
        guards=[Guard(made.key, None)],
        notes=[noted],
    )


def closed(order: CloseRound, actor: Actor, before: Round, now_ms: int) -> Decided:
    """Take no more names before the round's time."""
    before.require("open")
    if now_ms >= before.closes_at_ms:
        raise RejectError("The round has closed already; fix its list.")
    after = before.changed(closes_at_ms=now_ms)
    facts: Facts = {"closes_at_ms": now_ms, "would_have_closed_at_ms": before.closes_at_ms}
    return Decided(
        reply=_reply(after, f"Nobody more is named for {before.title!r}; fix the list."),
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("nomination.closed", actor, after, order.why, **facts)],
    )


def list_fixed(
    order: FixList,
    actor: Actor,
    before: Round,
    nominations: Sequence[Nomination],
    seed: str,
    now_ms: int,
) -> Decided:
    """Fix the list, and promise a secret that is told with the draw."""
    before.require("open")
    if now_ms < before.closes_at_ms:
        raise RejectError("The round is still open; fix the list once it has closed.")
    undecided = sum(1 for each in nominations if each.state == "made")
    if undecided:
        raise RejectError(
            f"{undecided} of those named are neither on the list nor set aside; decide on each."
        )
    chosen = [each for each in nominations if each.state == "chosen"]
    if not chosen:
        raise RejectError("Nobody is on the list; choose somebody, or end the round.")
    # By receipt, which nobody chose: not in the order in which an officer looked at them.
    ordered = sorted(chosen, key=lambda each: each.receipt_digest)
    numbered = [each.changed(number=number) for number, each in enumerate(ordered, start=1)]
    after = before.changed(
        state="listed",
        listed_by=actor.person_id,
        listed_at_ms=now_ms,
        public_source=order.public_source,
        seed=seed,
        seed_commitment=commitment_of(seed),
        list_digest=digest_of_list(numbered),
    )
    facts: Facts = {
        "listed": len(numbered),
        "list_digest": after.list_digest,
        "seed_commitment": after.seed_commitment,
    }
    return Decided(
        reply=_reply(
            after,
            f"The list is fixed: {len(numbered)} on it. A second officer draws once this is known: "
            f"{order.public_source}",
        ),
        writes={after.key: after.row(), **_rows(numbered)},
        guards=[before.guard(), *(each.guard() for each in ordered)],
        notes=[_noted("nomination.listed", actor, after, order.why, order.public_source, **facts)],
    )


def drawn(
    order: Draw, actor: Actor, before: Round, count: int, now_ms: int, *, one_officer: bool
) -> Decided:
    """Draw the order in which those on the list are asked, and tell the secret."""
    before.require("listed")
    alone = actor.person_id == before.listed_by
    if alone and not one_officer:
        raise NotAllowedError("Who fixed the list does not draw from it; ask another officer.")
    seed, list_digest = str(before.seed), str(before.list_digest)
    numbers = drawn_order(count, order.public_value, seed, list_digest)
    after = before.changed(
        state="drawn",
        drawn_by=actor.person_id,
        drawn_at_ms=now_ms,
        public_value=order.public_value,
        drawn_order=" ".join(map(str, numbers)),
        one_officer=int(alone),
    )
    facts: Facts = {
        "seed": seed,
        "first": numbers[0],
        "one_officer": alone,
    }
    return Decided(
        reply={
            **_reply(after, f"Number {numbers[0]} was drawn; ask them whether they would."),
            "order": numbers,
        },
        writes={after.key: after.row()},
        guards=[before.guard()],
        notes=[_noted("nomination.drawn", actor, after, order.why, order.public_value, **facts)],
    )


def answered(
    order: NoteAnswer,
    actor: Actor,
    before: Round,
    nominations: Sequence[Nomination],
    now_ms: int,
) -> Decided:
    """Keep what somebody said who was drawn; with a yes the round is over."""
    before.require("drawn")
    by_number = {each.number: each for each in nominations if each.number is not None}
    waiting = [
        number
        for number in before.order
        if by_number[number].answer is None and by_number[number].state == "chosen"
    ]
    if not waiting:
        raise RejectError("Everybody drawn has been heard; end the round.")
    if order.number != waiting[0]:
        raise RejectError(f"Number {waiting[0]} is next in the order drawn, not {order.number}.")
    asked = by_number[order.number]
    facts: Facts = {"number": order.number, "answer": order.answer}
    if order.answer == "declined":
        said = asked.forgotten(answer="declined", decided_at_ms=now_ms)
        more = waiting[1:]
        after = before.changed()
        sentence = f"Ask number {more[0]} next." if more else "Nobody is left to ask."
        writes, touched = {said.key: said.row()}, [asked]
    else:
        said = asked.changed(answer="taken-up", decided_at_ms=now_ms)
        after = before.changed(state="ended", outcome="taken-up", ended_at_ms=now_ms)
        others = [each for each in nominations if each.id != asked.id and each.name is not None]
        writes = {said.key: said.row(), **_rows(each.forgotten() for each in others)}
        touched = [asked, *others]
        sentence = (
            f"Number {order.number} takes it up, and nothing is kept of who else was named. "
            f"Add {asked.name} to the people with the role curator, and invite them."
        )
    return Decided(
        reply=_reply(after, sentence),
        writes={after.key: after.row(), **writes},
        guards=[before.guard(), *(each.guard() for each in touched)],
        notes=[_noted("nomination.answered", actor, after, order.why, **facts)],
    )


def ended(
    order: EndRound, actor: Actor, before: Round, nominations: Sequence[Nomination], now_ms: int
) -> Decided:
    """End a round without anybody, and forget who was named."""
    before.require("open", "listed", "drawn")
    after = before.changed(state="ended", outcome="nobody", ended_at_ms=now_ms)
    known = [each for each in nominations if each.name is not None]
    return Decided(
        reply=_reply(after, f"{before.title!r} is over; nothing is kept of who was named."),
        writes={after.key: after.row(), **_rows(each.forgotten() for each in known)},
        guards=[before.guard(), *(each.guard() for each in known)],
        notes=[_noted("nomination.ended", actor, after, order.why)],
    )


def _require_free(takeover: Takeover, order: OpenRound) -> None:
    if takeover.account != order.account:
        raise RejectError(f"That slot is one of {takeover.account}, not of {order.account}.")
    if takeover.state != "draft":
        raise RejectError(
            f"That slot is {takeover.state}: somebody was asked already. Plan another one first."
        )
    if takeover.starts_at_ms <= order.closes_at_ms:
        raise RejectError("The slot begins before the round closes; close the round earlier.")


def _rows(nominations: Iterable[Nomination]) -> dict[Key, Row]:
    return {each.key: each.row() for each in nominations}


def _reply(each: Round, sentence: str) -> dict[str, object]:
    return {"sentence": sentence, "round_id": each.id, "state": each.state}


def _noted(
    kind: str, actor: Actor, each: Round, why: str, said: str = "", /, **facts: Fact
) -> AuditNote:
    """Return a note of a step; what was published is words, so it does not stand in the chain."""
    chain = account_chain(each.account)
    payload = {"title": each.title, "why": why, **({"published": said} if said else {})}
    return note(kind, actor, BODY_SUBJECT, payload, chain=chain, round=each.id, **facts)
