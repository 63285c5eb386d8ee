"""Settles an account that came back with a backup, before anything of it is sent.

What the backup takes for unsent may have been sent since it was made. So the account is read back:
what is there is written down as sent; everything else that was on its way is a person's again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from services.publish.ledger import NOTHING_ELSE, Ledger
from services.publish.matching import reaches_back
from services.publish.restored_items import (
    IN_LINE,
    Item,
    Match,
    matched,
    sending_asked,
    sending_found,
    sending_not_found,
)
from services.publish.sending import request_key, sending_of
from services.publish.steps import SKEW_MS
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, Sealer, account_chain
from services.runtime.clock import Clock, from_epoch_ms, to_epoch_ms
from services.runtime.effects import Key
from services.runtime.errors import PlatformUnavailableError, RejectError
from services.runtime.gate import RestoredActs
from services.runtime.platform import OwnAct, Platform
from services.runtime.ports import Commit, Guard, Lane, Store

READ_BACK_LIMIT: Final = 1_000
PAGE_ROWS: Final = 200
AGAIN_SECONDS: Final = 5.0
WAITING: Final = "waiting"
SETTLED: Final = "settled"


@dataclass
class Outcome:
    """What was settled: acts found sent, held for a person, or left for one to tell.

    `not_on_record` counts what the platform shows and the backup knows nothing of.
    """

    found_sent: int = 0
    held: int = 0
    asked: int = 0
    not_on_record: int = 0
    taken: set[str] = field(default_factory=set)


class RestoredAccount:
    """One account's settling; `turn` is called by its sender before all else.

    `sentence` says what it waits for.
    """

    def __init__(  # noqa: PLR0913 - the ports it stands on, given once, at the composition root
        self,
        account: str,
        platform: Platform,
        *,
        store: Store,
        ledger: Ledger,
        gate: RestoredActs,
        sealer: Sealer,
        clock: Clock,
        credential: Callable[[str], str],
    ) -> None:
        self._account = account
        self._platform = platform
        self._store = store
        self._ledger = ledger
        self._gate = gate
        self._sealer = sealer
        self._clock = clock
        self._credential = credential
        self._settled = False
        self.sentence = ""

    def turn(self) -> float | None:
        """Settle what there is to settle; return None once that is done, else seconds to wait.

        Raises RetryLaterError where somebody was quicker or the store would not take it: what was
        settled by then stays so.
        """
        if self._settled:
            return None
        key = Key("restores", self._account)
        row = self._store.fetch([key])[key]
        if row is not None and row["state"] == WAITING:
            wait_seconds = self._settle(key, row)
            if wait_seconds is not None:
                return wait_seconds
        self._settled = True
        return None

    def _settle(self, key: Key, row: Mapping[str, Any]) -> float | None:
        made_at_ms: int = row["made_at_ms"]
        wait_seconds = self._shown_in_seconds(row["restored_at_ms"])
        if wait_seconds:
            self.sentence = "restored from a backup: waits until its platform shows what was sent"
            return wait_seconds
        items = list(self._items(row["restored_at_ms"]))
        since_ms = min([made_at_ms, *(item.since_ms(made_at_ms) for item in items)]) - SKEW_MS
        try:
            deeds = self._deeds(since_ms)
        except (PlatformUnavailableError, RejectError) as error:
            self.sentence = f"restored from a backup: nothing is sent until this passes: {error}"
            return AGAIN_SECONDS
        complete = self._platform.facts.reads_back and reaches_back(
            deeds, since_ms, READ_BACK_LIMIT
        )
        unknown = [deed for deed in deeds if not self._is_on_record(deed)]
        outcome = Outcome()
        for match in matched(items, unknown, made_at_ms):
            self._write_down(match, made_at_ms, outcome, complete=complete)
        outcome.not_on_record = sum(deed.remote_id not in outcome.taken for deed in unknown)
        self._close(key, row, outcome)
        return None

    def _shown_in_seconds(self, restored_at_ms: int) -> float:
        """Return how long the platform may still take to show all that was sent before."""
        facts = self._platform.facts
        wait_seconds = restored_at_ms / 1_000 + facts.shown_seconds - self._now_ms() / 1_000
        # One further off than that means that the clock was put back.
        return wait_seconds if facts.reads_back and 0 < wait_seconds <= facts.shown_seconds else 0.0

    def _deeds(self, since_ms: int) -> Sequence[OwnAct]:
        if not self._platform.facts.reads_back:
            return ()
        credential = self._credential(self._account)
        since = from_epoch_ms(since_ms)
        return self._platform.own_acts(self._account, credential, since, READ_BACK_LIMIT)

    def _items(self, restored_at_ms: int) -> Iterator[Item]:
        """Yield every act that the backup takes for unsent."""
        for query, values in (("restored_sendings", ()), ("restored_acts", (restored_at_ms,))):
            after = ""
            while rows := self._store.select(query, (self._account, after, *values, PAGE_ROWS)):
                yield from (self._item(str(row["id"])) for row in rows)
                after = str(rows[-1]["id"])

    def _item(self, act_id: str) -> Item:
        act, begun = Key("acts", act_id), Key("sendings", act_id)
        rows = self._store.fetch([act, begun])
        row, sending = rows[act], rows[begun]
        assert row is not None, "a sending has its act"
        return Item(
            act_id=act_id,
            act=row,
            content=self._gate.content_of(act_id),
            key=request_key(act_id, self._account, str(row["digest"])),
            sending=None if sending is None else sending_of(act_id, sending),
        )

    def _is_on_record(self, deed: OwnAct) -> bool:
        return bool(self._store.select("sendings_by_remote_id", (self._account, deed.remote_id)))

    def _write_down(
        self, match: Match, made_at_ms: int, outcome: Outcome, *, complete: bool
    ) -> None:
        item, found, now_ms = match.item, match.found, self._now_ms()
        made = f"{from_epoch_ms(made_at_ms):%d %B %Y, %H:%M} UTC"
        outcome.taken |= {deed.remote_id for deed in found}
        if match.sure:
            self._found(item, found[0], made)
            outcome.found_sent += 1
        elif item.in_doubt and (found or not complete):
            detail = f"It was on its way when the backup of {made} was made; look at its platform."
            after = sending_asked(item, made_at_ms, now_ms, detail)
            self._ledger.record(item.sending, after, "settle", now_ms)
            outcome.asked += 1
        elif item.in_doubt:
            also = self._gate.hold_back(item.act_id, _NOT_THERE.format(made=made))
            after = sending_not_found(item, now_ms)
            self._ledger.record(item.sending, after, "settle", now_ms, also=also)
            outcome.held += 1
        elif item.act["state"] in IN_LINE or found:
            sentence = (_ALIKE if found else _CAME_BACK).format(made=made)
            self._ledger.commit(self._gate.hold_back(item.act_id, sentence), "settle")
            outcome.held += 1

    def _found(self, item: Item, deed: OwnAct, made: str) -> None:
        after = sending_found(item, self._account, deed)
        also = NOTHING_ELSE
        if item.act["state"] != "sending":
            also = self._gate.found_sent(item.act_id, _FOUND.format(made=made))
        # Under what leave it went out is lost where the backup knows of no sending: nobody is told.
        told_at_ms = to_epoch_ms(deed.at) if after.grant_id else None
        self._ledger.record(
            item.sending, after, "settle", self._now_ms(), performed_at_ms=told_at_ms, also=also
        )

    def _close(self, key: Key, row: Mapping[str, Any], outcome: Outcome) -> None:
        now_ms = self._now_ms()
        note = AuditNote(
            chain=account_chain(self._account),
            kind="restore.settled",
            actor=PROGRAM,
            subject=BODY_SUBJECT,
            payload={},
            facts={
                "made_at_ms": row["made_at_ms"],
                "found_sent": outcome.found_sent,
                "held": outcome.held,
                "for_a_person_to_tell": outcome.asked,
                "not_on_record": outcome.not_on_record,
            },
        )
        after = {**row, "state": SETTLED, "settled_at_ms": now_ms, "version": row["version"] + 1}
        commit = Commit(
            writes={key: cast("Any", after)},
            lane=Lane.DECISION,
            guards=(Guard(key, row["version"]),),
            entries=(self._sealer.seal(note, now_ms),),
        )
        self._ledger.commit(commit, "settle")

    def _now_ms(self) -> int:
        return to_epoch_ms(self._clock.now())


_FOUND: Final = "It was sent after the backup of {made} was made: its platform shows it."
_NOT_THERE: Final = (
    "It was on its way when the backup of {made} was made, and its platform does not show it; "
    "approve it again to send it."
)
_ALIKE: Final = (
    "This came back with the backup of {made}, and its platform shows something just like it: look "
    "there before you agree, so that nobody is answered twice."
)
_CAME_BACK: Final = (
    "This came back with the backup of {made}, and what was written or sent after that is not "
    "known here: look at the account before you agree, so that nobody is answered twice."
)
