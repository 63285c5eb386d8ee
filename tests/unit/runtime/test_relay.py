"""The relay's decisions: a fair share, dead letters, and turns over rows that wait."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import decode_event
from schemas.dead_letter import DeadLetterWritten
from schemas.topics import DEAD_LETTERS
from services.log.memory_log import MemoryLog
from services.runtime.clock import ManualClock
from services.runtime.errors import (
    DeadLetterLimitError,
    LogUnavailableError,
    MercatError,
    SettingsError,
    StorageRefusedError,
)
from services.runtime.kafka_relay import (
    GATHER_MANY_SECONDS,
    GATHER_SECONDS,
    ROWS_MANY,
    ROWS_MAX,
    SHARE_SECONDS,
    Relay,
)
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.ports import Commit
from services.runtime.relay import RelayRow, letters_of, share_of
from services.store.memory_journal import MemoryJournal
from tests.fakes import wait_until
from tests.relay_fakes import RowsInMemory, TakenByKafka

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOPIC = "posts.received.v1"


def row(sequence: int, key: str = "c", *, shard: int = 0, text: str = "") -> RelayRow:
    """Return a row that waits."""
    value = json.dumps({"id": f"{key}-{sequence}", "text": text}).encode()
    return RelayRow(shard, TOPIC, key, sequence, value, sequence)


class Stand:
    """A relay with its two ends, and where its dead letters go."""

    def __init__(self, *rows: RelayRow, shards: int = 4, limits: StageLimits | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.log = MemoryLog()
        self.journal = MemoryJournal(self.log)
        self.metrics = Metrics()
        self.kafka = TakenByKafka()
        self.locks: dict[int, object] = {}
        self.rows = RowsInMemory(list(rows), self.locks, shards)
        self.relay = self.made(self.rows, limits)

    def made(self, rows: RowsInMemory, limits: StageLimits | None = None) -> Relay:
        """Return one more relay over the same Kafka."""
        return Relay(
            rows,
            self.kafka,
            clock=self.clock,
            metrics=self.metrics,
            letters=self.journal,
            limits=limits,
        )

    def gauge(self, name: str) -> float | None:
        """Return what a metric without labels says."""
        return self.metrics.registry.get_sample_value(name)

    def counted(self, result: str) -> float | None:
        """Return how many rows came to an end so."""
        return self.metrics.registry.get_sample_value("mercat_relay_rows_total", {"result": result})


@given(shards=st.integers(1, 64), relays=st.integers(0, 80))
def test_shares_are_enough_for_all_shards_and_never_more_than_needed(
    shards: int, relays: int
) -> None:
    """However many relays there are, together they hold everything, each about as much."""
    share = share_of(shards, relays)

    assert share * max(1, relays) >= shards
    assert (share - 1) * max(1, relays) < shards


def test_a_dead_letter_says_where_the_event_was_and_why_it_is_set_aside() -> None:
    """A person reads the topic, the key's place, the cause, and finds the event itself."""
    outcome = letters_of([(row(7), "it is too large")], NOW)

    ((key, written),) = outcome.writes.items()
    (append,) = outcome.appends
    event = decode_event(append.topic, append.value)
    assert isinstance(event, DeadLetterWritten)
    assert (DEAD_LETTERS.name, TOPIC, key.id) == (
        append.topic,
        append.key,
        event.data.dead_letter_id,
    )
    assert ("relay", "cannot be sent", "c-7") == (
        event.data.stage,
        event.data.cause,
        event.data.event_id,
    )
    assert "it is too large; mend" in event.data.detail
    assert written is not None
    assert (row(7).value, "relay c 7") == (written["value"], written["place"])


@pytest.mark.parametrize("value", [b"\xff", b"[1]", b'{"id": 3}', b'{"id": ""}', b"{"])
def test_bytes_that_are_no_event_are_set_aside_by_their_place(value: bytes) -> None:
    """Nothing that waits can be so odd that no letter can be written of it."""
    outcome = letters_of([(row(1)._replace(value=value), "no")], NOW)

    (written,) = outcome.writes.values()
    assert written is not None
    assert (None, value) == (written["event_id"], written["value"])


def test_what_waits_is_sent_in_order_and_gone() -> None:
    """Each key's rows go by sequence, whatever order they were found in."""
    stand = Stand(row(1), row(0, "d", shard=2), row(0), row(2))

    sent = stand.relay.turn()

    assert (4, 0) == (sent, stand.relay.turn())
    assert [row(n).value for n in range(3)] == stand.kafka.values_of("c")
    assert [] == stand.rows.rows
    assert 4 == stand.counted("sent")


def test_nothing_is_marked_that_kafka_has_not_confirmed() -> None:
    """A delivery that failed half-way is made again whole: repeats, and the order stands."""
    stand = Stand(*(row(n) for n in range(4)))
    stand.kafka.away = 1

    with pytest.raises(LogUnavailableError):
        stand.relay.turn()
    left = list(stand.rows.rows)
    stand.relay.turn()

    assert [row(n) for n in range(4)] == left
    assert [row(n).value for n in (0, 1, 0, 1, 2, 3)] == [each.value for each in stand.kafka.events]
    assert [] == stand.rows.rows


def test_what_no_broker_will_ever_take_is_set_aside_and_the_rest_goes_on() -> None:
    """Neither its key nor any other waits behind it; its letter is written before it is gone."""
    stand = Stand(row(0), row(1, text="refuse"), row(2), row(0, "d"))

    sent = stand.relay.turn()

    (letter,) = [key for key in stand.journal.rows if key.table == "dead_letters"]
    assert 4 == sent
    assert [row(0).value, row(2).value] == stand.kafka.values_of("c")
    assert [row(0, "d").value] == stand.kafka.values_of("d")
    assert row(1, text="refuse").value == stand.journal.rows[letter]["value"]
    assert 1 == stand.log.end_offset(DEAD_LETTERS.name)
    assert ([], 1, 3) == (stand.rows.rows, stand.counted("rejected"), stand.counted("sent"))


@given(refused=st.sets(st.integers(0, 20)), count=st.integers(1, 20))
def test_whichever_are_refused_the_others_go_in_order(refused: set[int], count: int) -> None:
    """Each is found among its neighbours, wherever and however many they are."""
    texts = ["refuse" if n in refused else "" for n in range(count)]
    rows = [row(n, "cd"[n % 2], text=text) for n, text in enumerate(texts)]
    stand = Stand(*rows)

    stand.relay.turn()

    letters = [found["value"] for found in stand.journal.rows.values()]
    for key in "cd":
        sound = [each.value for each in rows if each.key == key and b"refuse" not in each.value]
        assert sound == stand.kafka.values_of(key)
    assert sorted(each.value for each in rows if b"refuse" in each.value) == sorted(
        value for value in letters if isinstance(value, bytes)
    )
    assert [] == stand.rows.rows


def test_a_letter_that_cannot_be_written_keeps_its_row() -> None:
    """Without a letter the event is not gone: all of it comes again, and then once in the store."""
    stand = Stand(row(0, text="refuse"))
    faults = iter([StorageRefusedError("the disk is full")])

    def fault(commit: Commit) -> None:
        del commit
        for error in faults:
            raise error

    stand.journal._fault = fault
    with pytest.raises(StorageRefusedError):
        stand.relay.turn()
    left = len(stand.rows.rows)
    stand.relay.turn()

    assert (1, 0) == (left, len(stand.rows.rows))
    assert 1 == len(stand.journal.rows)


def test_too_many_letters_stop_the_relay() -> None:
    """What drains into dead letters is stopped, as any stage is."""
    limits = StageLimits(dead_letters_max=2, dead_letters_window=10)
    stand = Stand(*(row(n, text="refuse") for n in range(3)), limits=limits)

    with pytest.raises(DeadLetterLimitError):
        stand.relay.turn()


def test_a_key_that_never_rests_holds_up_no_other() -> None:
    """A run that was cut goes on behind its end, round to the beginning again."""
    stand = Stand(*(row(n, "a") for n in range(ROWS_MAX + 5)), row(0, "z"), shards=1)
    stand.relay.turn()
    stand.rows.rows += [row(n, "a") for n in range(ROWS_MAX + 5, 2 * ROWS_MAX + 5)]
    stand.rows.rows += [row(n, "0") for n in range(ROWS_MAX)]

    stand.relay.turn()
    second = {each.key for each in stand.kafka.events}
    turns = [stand.relay.turn() for _ in range(4)]

    assert "0" not in second
    assert 0 == turns[-1]
    assert [row(n, "a").value for n in range(2 * ROWS_MAX + 5)] == stand.kafka.values_of("a")
    assert [row(0, "z").value] == stand.kafka.values_of("z")
    assert ROWS_MAX == len(stand.kafka.values_of("0"))


@pytest.mark.parametrize(
    ("waiting", "rest_seconds"),
    [
        (3, GATHER_SECONDS),
        (ROWS_MANY, GATHER_MANY_SECONDS),
        (ROWS_MAX, 0.0),
    ],
)
def test_a_relay_gathers_for_longer_where_many_went_and_not_where_more_wait(
    waiting: int, rest_seconds: float
) -> None:
    """What comes in in plenty goes together, and a backlog is not held up."""
    stand = Stand(*(row(number) for number in range(waiting)))

    sent = stand.relay.turn()

    assert waiting == sent
    assert rest_seconds == stand.relay._rest_seconds(sent)


def test_a_second_relay_is_given_its_share() -> None:
    """The first lets go of what is beyond its share, and the second takes what is free."""
    stand = Stand()
    second_rows = RowsInMemory(stand.rows.rows, stand.locks)
    second = stand.made(second_rows)
    stand.relay.turn()
    alone = stand.rows.held
    stand.rows.members = second_rows.members = 2

    stand.clock.advance(SHARE_SECONDS)
    stand.relay.turn()
    second.turn()

    assert (4, 2, 2) == (len(alone), len(stand.rows.held), len(second_rows.held))
    assert frozenset(range(4)) == stand.rows.held | second_rows.held


def test_a_relay_whose_neighbour_ended_takes_over() -> None:
    """What the other held is free with its connection."""
    stand = Stand(row(0, shard=3))
    first_rows = RowsInMemory(stand.rows.rows, stand.locks)
    for shard in range(4):
        first_rows.hold(shard)
    nothing = stand.relay.turn()

    first_rows.lost()
    stand.clock.advance(SHARE_SECONDS)

    assert (0, 1) == (nothing, stand.relay.turn())


def test_a_relay_that_lost_its_session_takes_what_is_free_at_once() -> None:
    """It need not wait for the next time to share: it holds nothing."""
    stand = Stand(row(0))
    stand.relay.turn()
    stand.rows.lost()
    stand.rows.rows.append(row(1))

    assert 1 == stand.relay.turn()


def test_the_backlog_is_told() -> None:
    """How much waits and for how long stands in the metrics."""
    stand = Stand(row(0), row(1))
    stand.clock.jump(-NOW.timestamp() + 5)

    stand.relay.turn()

    assert 2 == stand.gauge("mercat_relay_waiting_rows")
    assert 5 == stand.gauge("mercat_relay_oldest_age_seconds")
    assert 4 == stand.gauge("mercat_relay_held_shards")
    assert 0 == stand.relay.lag()


def test_a_relay_in_its_thread_goes_on_over_an_outage_until_it_is_stopped() -> None:
    """Nobody has to start it again: it waits, and sends what waited."""
    stand = Stand(*(row(n) for n in range(10)))
    stand.kafka.away = 2
    stand.relay.start()

    wait_until(lambda: not stand.rows.rows)
    running = stand.relay.running
    stand.relay.stop()

    assert (True, False, True) == (running, stand.relay.running, stand.rows.closed)
    assert [row(n).value for n in range(10)] == stand.kafka.values_of("c")
    assert (None, None) == (stand.relay.stopped_because, stand.relay.crashed_with)


@pytest.mark.parametrize(
    ("error", "is_bug"), [(SettingsError("no such topic"), False), (ZeroDivisionError("x"), True)]
)
def test_a_relay_that_must_not_go_on_says_why(error: Exception, is_bug: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """A wrong setting is one sentence; a bug is handed up whole."""
    stand = Stand(row(0))

    def fail() -> None:
        raise error

    stand.kafka._before = fail
    stand.relay.start()
    wait_until(lambda: not stand.relay.running)

    assert str(error) in (stand.relay.stopped_because or "")
    assert is_bug is (stand.relay.crashed_with is error)
    assert isinstance(error, MercatError) is not is_bug
    stand.relay.stop()
