"""What the audit is told of a wish for a case: who asked for what, how they signed in, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from schemas.assignment import RerouteRequested
from schemas.case import (
    CaseCloseRequested,
    CaseMergeRequested,
    CaseReopenRequested,
    CaseRequest,
    CaseSplitRequested,
)
from services.policy.sealing import sealed_or_facts
from services.route.rows import case_key, post_key
from services.runtime.actor import Actor
from services.runtime.audit_entry import (
    BODY_SUBJECT,
    HOUSE_CHAIN,
    AuditNote,
    SealedEntry,
    Sealer,
)
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.ports import StateReader

Wish = CaseRequest | RerouteRequested
Fact = str | int | bool | None
Noting = Callable[[Wish, Actor], Sequence[SealedEntry]]
"""Returns the entries that go into a wish's commit; None stands for it where nobody speaks."""

TAKES_IN: Final = "case.take-in-requested"
"""What a merge is to the case that is to be answered with the other one."""

KINDS: Final[Mapping[type[Wish], str]] = {
    CaseCloseRequested: "case.close-requested",
    CaseReopenRequested: "case.reopen-requested",
    CaseMergeRequested: "case.merge-requested",
    CaseSplitRequested: "case.split-requested",
    RerouteRequested: "case.reroute-requested",
}


def request_note(
    wish: Wish, actor: Actor, *, case_id: str | None, team: str | None, subject: str
) -> AuditNote:
    """Return what is written down of a wish for a case that a team has.

    `subject` is whom the case tells of: what people write as a reason is often about them.
    """
    data = wish.data
    # Where whoever signed in is who asks, their id is in the chain and their name need not be.
    someone_else = data.requested_by != actor.login
    payload = {"requested_by": data.requested_by} if someone_else else {}
    return AuditNote(
        chain=HOUSE_CHAIN,
        kind=KINDS[type(wish)],
        actor=replace(actor, why=data.reason),
        subject=subject,
        payload=payload,
        facts={"request": wish.id, "team": team, **_wanted(wish)},
        case_id=case_id,
    )


def _wanted(wish: Wish) -> dict[str, Fact]:
    """Return what is to become of the case, in ids and words of ours."""
    match wish:
        case CaseCloseRequested():
            return {"outcome": wish.data.outcome}
        case CaseMergeRequested():
            return {"into_case_id": wish.data.into_case_id}
        case CaseSplitRequested():
            # The ids of up to 50 posts are in the request; a fact has to be short.
            return {"posts": len(set(wish.data.post_ids))}
        case RerouteRequested():
            alone = wish.data.case_id is not None
            wanted = {"team_wanted": wish.data.team, "theme": wish.data.theme}
            return {**wanted, "post_id": wish.data.post_id, "alone": alone}
    return {}


class RequestNotes:
    """Notes wishes under the key of whoever's post a case began with.

    `subject_of` names an author of a source; any number of threads may ask.
    """

    def __init__(
        self,
        sealer: Sealer,
        store: StateReader,
        clock: Clock,
        subject_of: Callable[[str, str], str],
    ) -> None:
        self._sealer = sealer
        self._store = store
        self._clock = clock
        self._subject_of = subject_of

    def __call__(self, wish: Wish, actor: Actor) -> Sequence[SealedEntry]:
        """Return the entry of a wish; facts alone where whom it tells of has been erased.

        A merge has a second one: what is on record of either case tells of it.
        """
        case_id = wish.data.case_id
        post: Row | None = None
        if isinstance(wish, RerouteRequested):
            post = self._row(post_key(wish.data.post_id))
            case_id = case_id or _text(post, "case_id")
        case = None if case_id is None else self._row(case_key(case_id))
        first = _text(case, "first_post_id")
        post = post if first is None else self._row(post_key(first))
        note = request_note(
            wish,
            actor,
            case_id=case_id,
            team=_text(case, "team") or _text(post, "team"),
            subject=self._subject(post),
        )
        notes = [note]
        if isinstance(wish, CaseMergeRequested):
            notes.append(self._taking_in(wish, note))
        now_ms = to_epoch_ms(self._clock.now())
        return [sealed_or_facts(self._sealer, each, now_ms) for each in notes]

    def _taking_in(self, wish: CaseMergeRequested, note: AuditNote) -> AuditNote:
        case_id = wish.data.into_case_id
        case = self._row(case_key(case_id))
        first = _text(case, "first_post_id")
        post = None if first is None else self._row(post_key(first))
        facts = {"request": wish.id, "team": _text(case, "team"), "merged_case_id": note.case_id}
        return replace(
            note, kind=TAKES_IN, case_id=case_id, facts=facts, subject=self._subject(post)
        )

    def _subject(self, post: Row | None) -> str:
        source, author = _text(post, "source"), _text(post, "author")
        return (
            BODY_SUBJECT if source is None or author is None else self._subject_of(source, author)
        )

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


def _text(row: Row | None, name: str) -> str | None:
    value = None if row is None else row.get(name)
    return str(value) if value else None
