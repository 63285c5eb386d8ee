"""Tells which deeds of a restored account are the acts that its backup takes for unsent: pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from schemas.act import ActContent
from services.publish.matching import looks_like
from services.publish.sending import Sending
from services.publish.steps import SKEW_MS
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Row
from services.runtime.platform import OwnAct

SETTLED_BY: Final = "reading-back"
IN_LINE: Final = frozenset({"approved", "held"})
"""States from which an act can go out without anybody writing it anew."""
_OPEN: Final = frozenset({"sending", "unknown", "deferred"})


@dataclass(frozen=True, slots=True)
class Item:
    """An act that the backup takes for unsent: its row, and its sending where it was begun."""

    act_id: str
    act: Row
    content: ActContent
    key: str
    sending: Sending | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether it was begun and its end is not on record."""
        return self.sending is not None and self.sending.state in _OPEN

    def since_ms(self, made_at_ms: int) -> int:
        """Return from when on it may have been carried out; unsent in the backup, not before it."""
        if self.sending is None or not self.in_doubt:
            return made_at_ms
        doubt_since_ms = self.sending.doubt_since_ms
        return self.sending.begun_at_ms if doubt_since_ms is None else doubt_since_ms


class Match(NamedTuple):
    """The deeds that can be an act; `sure` where there is one and it can be no other's."""

    item: Item
    found: Sequence[OwnAct]
    sure: bool


def matched(items: Sequence[Item], deeds: Iterable[OwnAct], made_at_ms: int) -> Iterator[Match]:
    """Yield each act with what can be it among deeds that no other act is known by.

    A deed under a key is the act of that key and no other; one without is known by its looks.
    """
    known = list(deeds)
    by_key = {deed.key: deed for deed in known if deed.key is not None}
    plain = [deed for deed in known if deed.key is None]
    for item in items:
        keys = [item.key] if item.sending is None else [item.sending.request_key, item.key]
        keyed = next((by_key[key] for key in keys if key in by_key), None)
        if keyed is not None:
            yield Match(item, [keyed], sure=True)
            continue
        first_ms = item.since_ms(made_at_ms) - SKEW_MS
        alike = [
            deed
            for deed in plain
            if to_epoch_ms(deed.at) >= first_ms and looks_like(deed, item.content)
        ]
        rivals = alike and sum(looks_like(alike[0], each.content) for each in items)
        yield Match(item, alike, sure=len(alike) == 1 and rivals == 1)


def sending_found(item: Item, account: str, deed: OwnAct) -> Sending:
    """Return an act's sending once its platform shows that it was carried out."""
    ended: dict[str, Any] = {
        "state": "reconciled",
        "ended_at_ms": to_epoch_ms(deed.at),
        "not_before_ms": None,
        "doubt_since_ms": None,
        "detail": None,
        "remote_id": deed.remote_id,
        "link": deed.link,
        "settled_by": SETTLED_BY,
    }
    if item.sending is not None:
        return item.sending.changed(**ended)
    act: Mapping[str, Any] = item.act
    return Sending(
        act_id=item.act_id,
        account=account,
        kind=item.content.kind,
        request_key=item.key,
        digest=act["digest"],
        verdict_id=act["verdict_id"] or "",
        grant_id="",
        revision=act["revision"] or "",
        approvers=(),
        case_id=act["case_id"],
        attempt=1,
        begun_at_ms=to_epoch_ms(deed.at),
        version=1,
        **ended,
    )


def sending_not_found(item: Item, now_ms: int) -> Sending:
    """Return the sending of an act that was begun and that its platform does not show."""
    assert item.sending is not None, "only what was begun is looked for"
    return item.sending.changed(
        state="reconciled",
        ended_at_ms=now_ms,
        not_before_ms=None,
        doubt_since_ms=None,
        detail=None,
        settled_by=SETTLED_BY,
    )


def sending_asked(item: Item, made_at_ms: int, now_ms: int, detail: str) -> Sending:
    """Return the sending of an act of which only a person can tell what became of it."""
    assert item.sending is not None, "only what was begun is asked about"
    return item.sending.changed(
        state="unknown",
        not_before_ms=None,
        ended_at_ms=now_ms,
        doubt_since_ms=item.since_ms(made_at_ms),
        detail=detail,
    )
