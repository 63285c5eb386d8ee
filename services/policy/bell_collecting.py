"""The first step of bells: reads what happened and what runs out, and keeps what that rings.

The marks of what was read move in the commit that keeps the bells, and are guarded: a turn cut
short is made again from the same place, and of two processes one keeps its turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from services.policy.audit_entries import StoredEntry, stored_entry
from services.policy.bell import Bell, Occasion, bell_of, rung
from services.policy.bell_acts import ACT_KINDS, act_occasions
from services.policy.bell_calls import (
    CALLS,
    Happened,
    halt_occasions,
    happened,
    occasions_of,
    rings_as_halt,
)
from services.policy.bell_configuration import BellSettings
from services.policy.bell_folding import Counts, Folding
from services.policy.bell_marks import Mark, Marks, place_after
from services.policy.bell_people import Directory, directory_of
from services.policy.bell_rows import letters_occasion, register_occasions, slot_occasions
from services.policy.bell_soon import WATCHES, Moment, Watch
from services.policy.bell_wishes import planned, ringing_rows
from services.runtime.clock import DAY_MS, HOUR_MS, Clock, from_epoch_ms, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.runtime.ports import Commit, Journal, Store

ENTRIES_AT_ONCE_MAX: Final = 500
ROWS_AT_ONCE_MAX: Final = 200
LOOKED_BACK_MS: Final = HOUR_MS
"""How old what happened may be when bells begin: what is older rings nobody any more."""
WATCH_SECONDS: Final = 30.0
STEPS: Final = frozenset({"takeover.consent", "takeover.second-factor", "takeover.practise"})
RINGING: Final = frozenset({*CALLS, *ACT_KINDS, *STEPS})
OLD_AT_ONCE_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Collecting:
    """What is collected with: `channels` are the ways there are, `zone` is the body's."""

    journal: Journal
    store: Store
    clock: Clock
    settings: BellSettings
    channels: Sequence[str]
    zone: str


class BellCollecting:
    """Keeps bells for what is new, at each turn so much at most."""

    def __init__(self, parts: Collecting) -> None:
        self._parts = parts
        self._store = parts.store
        self._watched_at: float | None = None

    def turn(self) -> int:
        """Keep bells for what happened since; return how many there are.

        Where another process was quicker the next turn goes on from there. Raises RetryLaterError
        where the database does not take it.
        """
        now_ms = to_epoch_ms(self._parts.clock.now())
        watching = self._is_time_to_watch()
        marks = Marks(self._store, now_ms)
        entries = self._entries(marks, now_ms)
        ringing = [happened(each) for each in entries if _rings(each.kind)]
        people = None
        occasions: list[Occasion] = []
        if ringing or watching:
            people = directory_of(self._store, self._parts.zone)
            occasions += self._of_entries(ringing, people)
        if watching and people is not None:
            occasions += self._of_rows(marks, people, now_ms)
        if people is None or not occasions:
            return self._kept(marks, {}, 0)
        bells = self._new(occasions, people, now_ms)
        return self._kept(marks, bells, len(bells))

    def tidy(self) -> int:
        """Delete bells past their time, and those of who left, so many at once; return how many."""
        before_ms = to_epoch_ms(self._parts.clock.now()) - self._parts.settings.keep_days * DAY_MS
        writes: dict[Key, Row | None] = {}
        for table, query in (("bells", "bells_old"), ("bell_ringings", "bell_ringings_old")):
            for row in self._store.select(query, (before_ms, OLD_AT_ONCE_MAX)):
                writes[Key(table, str(row["id"]))] = None
        for table in ("bells", "bell_wishes"):
            for row in self._store.select(f"{table}_of_departed", (OLD_AT_ONCE_MAX,)):
                writes[Key(table, str(row["id"]))] = None
        if writes:
            self._parts.journal.commit(Commit(writes=writes)).result()
        return len(writes)

    def _is_time_to_watch(self) -> bool:
        elapsed = self._parts.clock.elapsed_seconds()
        if self._watched_at is not None and elapsed - self._watched_at < WATCH_SECONDS:
            return False
        self._watched_at = elapsed
        return True

    def _entries(self, marks: Marks, now_ms: int) -> list[StoredEntry]:
        """Return what was written down since, of every chain in its order, so much at most."""
        found: list[StoredEntry] = []
        heads = {str(row["id"]): cast("int", row["sequence"]) for row in marks.heads()}
        kept = marks.read([f"audit {chain}" for chain in heads])
        for chain, mark in zip(heads, kept, strict=True):
            place = self._begun(chain, heads[chain], now_ms) if mark is None else mark.place
            room = ENTRIES_AT_ONCE_MAX - len(found)
            if int(place) >= heads[chain] or room <= 0:
                if mark is None and room > 0:
                    marks.move(f"audit {chain}", place)
                continue
            rows = self._store.select("audit_chain_after", (chain, int(place), room))
            found += map(stored_entry, rows)
            last = str(rows[-1]["sequence"]) if rows else place
            marks.move(f"audit {chain}", last)
        return found

    def _begun(self, chain: str, head: int, now_ms: int) -> str:
        """Return where a chain is read from that was never read: nothing old is told."""
        since = (chain, now_ms - LOOKED_BACK_MS)
        rows = self._store.select("bell_audit_since", since)
        return str(cast("int", rows[0]["sequence"]) - 1 if rows else head)

    def _of_entries(self, entries: Sequence[Happened], people: Directory) -> list[Occasion]:
        acts = self._rows("acts", [each.act_id for each in entries if each.kind in ACT_KINDS])
        slots = self._rows("takeovers", [each.facts.get("takeover") for each in entries])
        is_halt = any(rings_as_halt(each.kind) for each in entries)
        halts = self._store.select("halts") if is_halt else []
        found: list[Occasion] = []
        for each in entries:
            slot = slots.get(str(each.facts.get("takeover")))
            entry = each if slot is None else _with_slot(each, slot)
            found += occasions_of(entry, people)
            found += halt_occasions(entry, people, halts)
            if each.kind in ACT_KINDS:
                found += act_occasions(entry, acts.get(str(each.act_id)), people)
            if each.kind in STEPS and slot is not None:
                found += slot_occasions(str(each.facts["takeover"]), slot, people)
        return found

    def _of_rows(self, marks: Marks, people: Directory, now_ms: int) -> list[Occasion]:
        moment = Moment(people, self._parts.zone, now_ms, self._gave)
        found: list[Occasion] = []
        for watch, mark in zip(WATCHES, marks.read([w.name for w in WATCHES]), strict=True):
            found += self._watched(watch, mark, marks, moment)
        (letters,) = marks.read(["letters"])
        since_ms = int(letters.place) if letters is not None else now_ms - LOOKED_BACK_MS
        (counted,) = self._store.select("bell_letters", (since_ms,))
        if cast("int", counted["letters"]):
            marks.move("letters", str(counted["latest_at_ms"]))
            found.append(letters_occasion(counted, people))
        elif letters is None:
            marks.move("letters", str(since_ms))
        month = f"{from_epoch_ms(now_ms):%Y-%m}"
        (told,) = marks.read(["register"])
        if told is None or told.place != month:
            marks.move("register", month)
            found += register_occasions(self._store.select("accounts"), people, month)
        return found

    def _watched(
        self, watch: Watch, mark: Mark | None, marks: Marks, moment: Moment
    ) -> Iterator[Occasion]:
        until_ms = moment.now_ms + watch.ahead_ms
        if mark is None:
            marks.move(watch.name, place_after(until_ms, ""))
            return
        at_ms, last = mark.time_and_id()
        asked = (at_ms, at_ms, last, until_ms, ROWS_AT_ONCE_MAX)
        rows = self._store.select(watch.query, asked)
        is_whole = len(rows) < ROWS_AT_ONCE_MAX
        if not is_whole:
            # There is more: it is looked at with the next turn, and not after a while.
            self._watched_at = None
        if until_ms > at_ms or rows:
            end = (until_ms, "") if is_whole else (rows[-1]["at_ms"], str(rows[-1]["id"]))
            marks.move(watch.name, place_after(cast("int", end[0]), str(end[1])))
        for row in rows:
            is_over = watch.ahead_ms > 0 and cast("int", row["at_ms"]) <= moment.now_ms
            if not is_over:
                yield from watch.ring(row, moment, watch.lead)

    def _gave(self, act_id: str) -> frozenset[str]:
        rows = self._store.select("bell_approvers_of", (act_id,))
        return frozenset(str(row["approver_id"]) for row in rows)

    def _rows(self, table: str, ids: Sequence[object]) -> Mapping[str, Row]:
        keys = [Key(table, str(each)) for each in ids if each]
        return {key.id: row for key, row in self._store.fetch(keys).items() if row is not None}

    def _new(
        self, occasions: Sequence[Occasion], people: Directory, now_ms: int
    ) -> dict[Key, Row | None]:
        """Return the rows of bells that are not there yet, folded where there are too many."""
        address = self._parts.settings.address
        bells = {
            bell.id: bell
            for each in occasions
            for bell in (rung(each, person, now_ms, address) for person in sorted(each.to))
        }
        there = self._store.fetch([bell.key for bell in bells.values()])
        folding = Folding(self._counts(now_ms), self._parts.settings.singles_an_hour, now_ms)
        for bell in bells.values():
            if there[bell.key] is None:
                folding.take(bell)
        return self._written(folding, people, now_ms)

    def _written(self, folding: Folding, people: Directory, now_ms: int) -> dict[Key, Row | None]:
        writes: dict[Key, Row | None] = {}
        for bell in folding.single:
            writes |= self._rows_of(bell, people, now_ms, folded=False)
        keys = [bell.key for bell in folding.folded.values()]
        before = {key.id: _known(key, row) for key, row in self._store.fetch(keys).items()}
        for bell in folding.merged(before):
            if before.get(bell.id) is None:
                writes |= self._rows_of(bell, people, now_ms, folded=True)
            else:
                writes[bell.key] = bell.row()
        return writes

    def _rows_of(
        self, bell: Bell, people: Directory, now_ms: int, *, folded: bool
    ) -> dict[Key, Row | None]:
        who = people.people[bell.person_id]
        plan = planned(bell, who, self._parts.channels, now_ms, folded=folded)
        return {bell.key: bell.row(), **ringing_rows(bell, plan, now_ms)}

    def _counts(self, now_ms: int) -> Counts:
        rows: Sequence[Mapping[str, Any]] = self._store.select(
            "bells_since", (now_ms // HOUR_MS * HOUR_MS,)
        )
        return {(row["person_id"], row["family"]): row["bells"] for row in rows}

    def _kept(self, marks: Marks, bells: Mapping[Key, Row | None], count: int) -> int:
        writes, guards = marks.moved()
        if not writes and not bells:
            return 0
        commit = Commit(writes={**writes, **bells}, guards=guards)
        try:
            self._parts.journal.commit(commit).result()
        except StaleStateError:
            return 0
        return count


def _rings(kind: str) -> bool:
    return kind in RINGING or rings_as_halt(kind)


def _with_slot(entry: Happened, slot: Row) -> Happened:
    """Return an entry that names who is named in its slot, where it did not itself."""
    named = {
        "duty_officer": slot["duty_officer_id"],
        "curator": slot["curator_id"],
        "standby": slot["standby_id"],
    }
    return replace(entry, facts={**named, **entry.facts})


def _known(key: Key, row: Row | None) -> Bell | None:
    return None if row is None else bell_of({**row, "id": key.id})
