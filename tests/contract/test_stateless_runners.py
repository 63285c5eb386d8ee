"""What every runner of a stage without state promises, Faust among them: one suite.

Such a stage may answer an event more than once, never otherwise than the first time.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.codec import decode_event
from schemas.dead_letter import DeadLetterWritten
from schemas.topics import DEAD_LETTERS
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.event_size import MESSAGE_BYTES_MAX, MESSAGE_OVERHEAD_BYTES
from services.runtime.ports import Append, Record
from services.runtime.step import intake_of, step
from tests.contract.passing_stage import TEAM, PassingStage
from tests.contract.runner_faults import LettersRefused
from tests.contract.runner_stands import CONVERSATIONS, TOPIC, Stand, post
from tests.contract.stateless_stands import StraightKafkaStand, every_runner, stateless_stand
from tests.fakes import append_of, text_of, wait_until
from tests.kafka_server import limit_topic

NO_EVENT: Final = Append(TOPIC, "one", b"no event")
REFUSED_FOR_EVER: Final = 1_000_000
wait = partial(wait_until, tries=6_000)


@pytest.fixture
def stand(request: pytest.FixtureRequest, clock: ManualClock, tmp_path: Path) -> Iterator[Stand]:
    """An empty topic under each runner."""
    with ExitStack() as ending:
        stand = stateless_stand(request, tmp_path, clock, ending)
        ending.callback(stand.close)
        yield stand


@every_runner()
def test_every_event_is_answered_and_those_of_a_key_in_their_order(stand: Stand) -> None:
    """Many batches, several in flight: none is left out, each conversation keeps its order."""
    texts = [f"post {i}" for i in range(50)]
    stand.put(texts)

    stand.start()
    wait(lambda: answered(stand) == 50)

    assert by_conversation(texts) == first_told(stand)


@every_runner()
def test_what_comes_later_is_answered_too(stand: Stand) -> None:
    """A runner at the end of its topic waits for more."""
    stand.put(["a"])
    stand.start()
    wait(lambda: answered(stand) == 1)

    stand.put(["b"], first=1)
    wait(lambda: answered(stand) == 2)

    assert {"one": ["a"], "two": ["b"]} == first_told(stand)


@every_runner()
def test_poison_becomes_letters_with_their_rows_and_its_neighbours_go_on(stand: Stand) -> None:
    """What breaks the handler, is refused, or is no event at all is kept whole, and announced."""
    stand.put(["a", "break", "refuse", "b"])
    stand.append([NO_EVENT])
    stand.put(["c", "d"], first=4)

    stand.start()
    wait(lambda: answered(stand) == 4)
    wait(lambda: len(stand.announced()) == 3)

    assert {"one": ["a", "c"], "two": ["d"], "four": ["b"]} == first_told(stand)
    assert {
        "handler failed": append_of(post(1, "break")).value,
        "refused": append_of(post(2, "refuse")).value,
        "not an event": NO_EVENT.value,
    } == {str(row["cause"]): row["value"] for row in rows_announced(stand)}


@every_runner()
def test_an_answer_too_large_for_a_message_costs_its_event_alone(stand: Stand) -> None:
    """No broker would take it: its event is set aside, and its neighbours are answered in order."""
    texts = [f"post {i}" for i in range(20)]
    texts[9] = f"swell {MESSAGE_BYTES_MAX}"
    stand.put(texts)

    runner = stand.start()
    wait(lambda: not runner.running or (answered(stand) == 19 and len(stand.announced()) >= 1))

    assert runner.running
    assert by_conversation(texts, but=texts[9]) == first_told(stand)
    ((cause, detail),) = {(row["cause"], row["detail"]) for row in rows_announced(stand)}
    assert "cannot be sent" == cause
    assert f"{MESSAGE_BYTES_MAX - MESSAGE_OVERHEAD_BYTES} is the most" in detail


@pytest.mark.parametrize(
    "stand",
    [pytest.param(name, marks=pytest.mark.scaled) for name in ("kafka", "faust")],
    indirect=True,
)
def test_an_answer_too_large_for_its_topic_costs_its_event_alone(stand: Stand) -> None:
    """A broker that takes less than Mercat counts on refuses one answer, and no other is lost."""
    assert isinstance(stand, StraightKafkaStand)
    limit_topic(stand.kafka, TEAM, 20_000)
    texts = [f"post {i}" for i in range(40)]
    texts[9] = texts[26] = "swell 40000"
    stand.put(texts)

    runner = stand.start()
    wait(lambda: not runner.running or (answered(stand) == 38 and letters_known(stand) == 2))

    assert runner.running
    assert by_conversation(texts, but=texts[9]) == first_told(stand)
    ((cause, detail),) = {(row["cause"], row["detail"]) for row in rows_announced(stand)}
    assert "cannot be sent" == cause
    assert "mercat topics apply" in detail


@every_runner()
def test_answers_and_letters_are_those_of_the_step_byte_for_byte(
    stand: Stand, tmp_path: Path, clock: ManualClock
) -> None:
    """The same events give the same bytes on every runner, and the same letters but for place."""
    texts = ["a", "break", "refuse", "b", "Ünïcode \\u0041 \N{PARTY POPPER}", "c"]
    appends = [*(append_of(post(n, text)) for n, text in enumerate(texts)), NO_EVENT]
    intakes = [intake_of(Record(TOPIC, n, a.key, a.value)) for n, a in enumerate(appends)]
    expected = step(PassingStage(tmp_path), intakes, dict.fromkeys, clock.now())
    answers = [append.value for append in expected.appends if append.topic == TEAM]
    letters = [append.value for append in expected.appends if append.topic == DEAD_LETTERS.name]
    stand.append(appends)

    stand.start()
    wait(lambda: len(stand.answers()) == len(answers))
    wait(lambda: len(stand.announced()) == len(letters))

    assert sorted(answers) == sorted(stand.answers())
    assert placeless(letters) == placeless(stand.announced())


@every_runner()
def test_an_event_that_comes_twice_has_the_same_answer_twice(stand: Stand) -> None:
    """Whoever reads the answers knows the repeat by its id."""
    stand.put(["a"])
    stand.put(["a"])

    stand.start()
    wait(lambda: len(stand.answers()) == 2)

    assert 1 == len(set(stand.answers()))


@every_runner()
def test_stopping_finishes_what_is_in_flight_and_the_next_goes_on_there(
    stand: Stand, tmp_path: Path
) -> None:
    """Told to stop in the midst of a batch: that is answered first, and nothing a second time."""
    texts = [f"post {i}" for i in range(60)]
    texts[10] = "hold"
    stand.put(texts[:40])
    first = stand.start()
    wait((tmp_path / "held").exists)

    with ThreadPoolExecutor(1) as one:
        stopping = one.submit(first.stop)
        (tmp_path / "go").touch()
        stopping.result()
    wait(lambda: "hold" in first_told(stand).get("three", ()))
    stand.put(texts[40:], first=40)
    stand.start()
    wait(lambda: answered(stand) == 60)

    assert (False, None, None) == (first.running, first.stopped_because, first.crashed_with)
    assert by_conversation(texts) == stand.texts_told()


@every_runner()
def test_too_many_dead_letters_stop_the_stage_and_say_why(stand: Stand) -> None:
    """The stage ends with its reason before everything drains into dead letters."""
    stand.put(["break"] * 40)
    runner = stand.start()

    wait(lambda: not runner.running)

    assert runner.crashed_with is None
    assert "became dead letters" in (runner.stopped_because or "")
    assert 3 < len(rows_announced(stand)) < 40


@every_runner()
def test_while_letters_are_refused_nothing_is_passed_over(stand: Stand, tmp_path: Path) -> None:
    """What could neither be answered nor set aside is there for the next runner."""
    texts = ["a", "b", "break", *(f"post {i}" for i in range(20))]
    stand.put(texts)
    first = stand.start(LettersRefused(tmp_path, REFUSED_FOR_EVER))
    wait((tmp_path / "refused").exists)
    first.stop()
    kept_meanwhile = len(stand.announced())

    stand.start()
    wait(lambda: answered(stand) == 22)
    wait(lambda: len(stand.announced()) == 1)

    assert 0 == kept_meanwhile
    assert by_conversation(texts, but="break") == first_told(stand)
    assert ["handler failed"] == [row["cause"] for row in rows_announced(stand)]


@every_runner(
    faust="a Faust worker ends its process where an event could be lost; it has to be started again"
)
def test_letters_refused_for_a_while_are_waited_for(stand: Stand, tmp_path: Path) -> None:
    """The runner begins again by itself until its letters are taken."""
    texts = ["a", "break", "b", "c", "d", "e"]
    stand.put(texts)

    runner = stand.start(LettersRefused(tmp_path, 2))
    wait(lambda: not runner.running or (answered(stand) == 5 and len(stand.announced()) == 1))

    assert runner.running
    assert by_conversation(texts, but="break") == first_told(stand)


def answered(stand: Stand) -> int:
    """Return how many events have an answer."""
    return len({event.id for event in stand.told()})


def letters_known(stand: Stand) -> int:
    """Return how many events are known to be set aside, however often each was announced."""
    return len({event.id for event in letters_of(stand.announced())})


def first_told(stand: Stand) -> Mapping[str, Sequence[str]]:
    """Return the texts passed on, by conversation, in the order of their first answers."""
    firsts = {event.id: event for event in reversed(stand.told())}
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for event in reversed(firsts.values()):
        texts[event.subject].append(text_of(event))
    return dict(texts)


def by_conversation(texts: Sequence[str], but: str = "") -> Mapping[str, Sequence[str]]:
    """Return the texts that were put, by conversation, but for one."""
    return {
        each: [text for text in texts[place::4] if text != but]
        for place, each in enumerate(CONVERSATIONS)
    }


def letters_of(values: Sequence[bytes]) -> Sequence[DeadLetterWritten]:
    """Return announcements, decoded."""
    events = [decode_event(DEAD_LETTERS.name, value) for value in values]
    return [event for event in events if isinstance(event, DeadLetterWritten)]


def rows_announced(stand: Stand) -> Sequence[Mapping[str, Any]]:
    """Return the row of each dead letter that was announced; each has one."""
    keys = [
        Key("dead_letters", event.data.dead_letter_id) for event in letters_of(stand.announced())
    ]
    rows = stand.store.fetch(keys)
    found = [row for key in keys if (row := rows[key]) is not None]
    assert len(keys) == len(found)
    return found


def placeless(values: Sequence[bytes]) -> Sequence[str]:
    """Return what announcements say, less when and at which place, and what is made from these."""
    told = [
        event.data.model_dump(exclude={"dead_letter_id", "place", "written_at"})
        for event in letters_of(values)
    ]
    return sorted(map(str, told))
