"""The second step of bells: gives what is due to one ringer, and writes down what came of it.

At least once: between a message that was taken and the row that says so the process may end, and
then the same message goes again, under the same id. None is lost: what was not taken waits longer
each time, for a day, and is then kept as failed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import structlog

from schemas.envelope import digest_id
from services.policy.bell import Bell, bell_of
from services.policy.bell_message import single_message, summary_message
from services.policy.people import person_key
from services.runtime.clock import DAY_MS, Clock, to_epoch_ms
from services.runtime.effects import Key, Row, without_id
from services.runtime.errors import StaleStateError
from services.runtime.failpoints import reach
from services.runtime.ports import Commit, Guard, Journal, Store
from services.runtime.ringer import BellMessage, Deferred, Refused, Ringer, RingerReply, Rung

AT_ONCE_MAX: Final = 50
TURN_SECONDS_MAX: Final = 10.0
"""After so long a turn ends, so that what became urgent meanwhile goes first."""
SUMMARISED_AT_ONCE_MAX: Final = 500
FIRST_WAIT_MS: Final = 5_000
WAIT_MS_MAX: Final = 30 * 60_000
GIVEN_UP_AFTER_MS: Final = DAY_MS
AWAY_SECONDS_FIRST: Final = 2.0
AWAY_SECONDS_MAX: Final = 60.0
DETAIL_LENGTH_MAX: Final = 300

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message, with the rows of what it delivers, ids in them; no message: nobody to tell."""

    message: BellMessage | None
    rows: Sequence[Row]


def untold(channel: str, reply: RingerReply) -> None:
    """Count nothing."""
    del channel, reply


class BellDelivery:
    """Delivers by one ringer, at each turn so much at most.

    `told` is given the channel and the answer once what became of a message is on disk.
    """

    def __init__(
        self,
        ringer: Ringer,
        journal: Journal,
        store: Store,
        clock: Clock,
        base: str | None,
        *,
        told: Callable[[str, RingerReply], None] = untold,
    ) -> None:
        self._ringer = ringer
        self._told = told
        self._journal = journal
        self._store = store
        self._clock = clock
        self._base = base
        self._away_until = 0.0
        self._away_seconds = AWAY_SECONDS_FIRST

    def turn(self) -> int:
        """Deliver what is due; return how many messages were taken.

        While a server is away it is tried with one message, more and more seldom, and everything
        that was due waits with that one. Raises RetryLaterError where the database is away.
        """
        begun = self._clock.elapsed_seconds()
        if begun < self._away_until:
            return 0
        now_ms = to_epoch_ms(self._clock.now())
        due = self._store.select("bell_ringings_due", (self._ringer.channel, now_ms, AT_ONCE_MAX))
        self._summarise(due, now_ms)
        parcels = list(self._parcels(due))
        taken = 0
        for number, parcel in enumerate(parcels):
            reply = self._delivered(parcel)
            taken += isinstance(reply, Rung)
            if isinstance(reply, Deferred) and reply.is_away:
                for waiting in parcels[number + 1 :]:
                    self._write(waiting.rows, reply)
                self._rest(reply)
                return taken
            self._away_seconds = AWAY_SECONDS_FIRST
            if self._clock.elapsed_seconds() - begun >= TURN_SECONDS_MAX:
                break
        return taken

    def _rest(self, reply: Deferred) -> None:
        log.warning("bells wait", channel=self._ringer.channel, reason=reply.detail)
        self._away_until = self._clock.elapsed_seconds() + self._away_seconds
        self._away_seconds = min(AWAY_SECONDS_MAX, self._away_seconds * 2)

    def _summarise(self, due: Sequence[Row], now_ms: int) -> None:
        """Bind what goes out in summaries together, so that every try sends the same message."""
        people = {
            str(row["person_id"])
            for row in due
            if row["manner"] == "summary" and row["summary_id"] is None
        }
        for person_id in sorted(people):
            asked = (self._ringer.channel, person_id, now_ms, SUMMARISED_AT_ONCE_MAX)
            rows = self._store.select("bell_ringings_to_summarise", asked)
            if rows:
                summary_id = digest_id("summary", *(str(row["id"]) for row in rows))
                self._commit({str(row["id"]): {**row, "summary_id": summary_id} for row in rows})

    def _parcels(self, due: Sequence[Row]) -> Iterator[Parcel]:
        """Yield what is to be sent; a row whose summary was bound just now is read anew."""
        fresh = self._store.fetch([_key(row) for row in due])
        seen: set[str] = set()
        for key in map(_key, due):
            row = fresh[key]
            if row is None or row["state"] != "waiting":
                continue
            if row["manner"] == "single":
                yield self._parcel([{**row, "id": key.id}], None)
            elif row["summary_id"] is not None and row["summary_id"] not in seen:
                summary_id = str(row["summary_id"])
                seen.add(summary_id)
                asked = (summary_id, SUMMARISED_AT_ONCE_MAX)
                yield self._parcel(
                    self._store.select("bell_ringings_of_summary", asked), summary_id
                )

    def _parcel(self, rows: Sequence[Row], summary_id: str | None) -> Parcel:
        key = person_key(str(rows[0]["person_id"]))
        person = self._store.fetch([key])[key]
        bells = self._bells(rows)
        if person is None or person["state"] != "active" or not bells:
            return Parcel(None, rows)
        login, address = str(person["login"]), str(person["address"])
        if summary_id is None:
            return Parcel(single_message(bells[0], login, address), rows)
        return Parcel(summary_message(summary_id, bells, login, address, self._base), rows)

    def _bells(self, rows: Sequence[Row]) -> list[Bell]:
        keys = [Key("bells", str(row["bell_id"])) for row in rows]
        found: Mapping[Key, Mapping[str, Any] | None] = self._store.fetch(keys)
        kept = ((key, found[key]) for key in keys)
        return [bell_of({**row, "id": key.id}) for key, row in kept if row is not None]

    def _delivered(self, parcel: Parcel) -> RingerReply:
        if parcel.message is None:
            reply: RingerReply = Refused("whom it was for works here no more")
        else:
            reach("bell.ring.before")
            reply = self._ringer.ring(parcel.message)
            reach("bell.ring.after")
        self._write(parcel.rows, reply)
        reach("bell.outcome.after")
        self._told(self._ringer.channel, reply)
        return reply

    def _write(self, rows: Sequence[Row], reply: RingerReply) -> None:
        now_ms = to_epoch_ms(self._clock.now())
        self._commit({str(row["id"]): outcome(row, reply, now_ms) for row in rows})

    def _commit(self, rows: Mapping[str, Row]) -> None:
        """Write rows down that nobody changed meanwhile; else leave them to the next turn."""
        writes: dict[Key, Row | None] = {}
        guards: list[Guard] = []
        for row_id, row in rows.items():
            key, version = Key("bell_ringings", row_id), cast("int", row["version"])
            writes[key] = {**without_id(row), "version": version + 1}
            guards.append(Guard(key, version))
        try:
            self._journal.commit(Commit(writes=writes, guards=guards)).result()
        except StaleStateError:
            return


def outcome(row: Row, reply: RingerReply, now_ms: int) -> Row:
    """Return a row after a try: over, or waiting for its next one."""
    values: Mapping[str, Any] = row
    attempt, begun_at_ms = values["attempt"] + 1, values["begun_at_ms"] or now_ms
    tried = {**row, "attempt": attempt, "begun_at_ms": begun_at_ms}
    if isinstance(reply, Rung):
        return {**tried, "state": "rung", "ended_at_ms": now_ms, "detail": None}
    detail = reply.detail[:DETAIL_LENGTH_MAX]
    is_over = now_ms - begun_at_ms >= GIVEN_UP_AFTER_MS
    if isinstance(reply, Refused) or is_over:
        return {**tried, "state": "failed", "ended_at_ms": now_ms, "detail": detail}
    wait_ms = min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** min(attempt - 1, 20))
    asked_ms = round((reply.wait_seconds or 0) * 1_000)
    wait_ms = min(WAIT_MS_MAX, max(wait_ms, asked_ms))
    return {**tried, "not_before_ms": now_ms + wait_ms, "detail": detail}


def _key(row: Row) -> Key:
    return Key("bell_ringings", str(row["id"]))
