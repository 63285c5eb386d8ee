"""A team's own program loses nothing, does nothing twice, and honours removals."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from schemas.assignment import PostRerouted, PostRouted
from schemas.case import CaseClosed, CaseSplit
from schemas.codec import encode_event
from schemas.envelope import Event
from schemas.post import PostRemoved
from services.log.kafka_producer import KafkaProducer
from services.runtime.ports import Append
from tests.integration.team_programs.conftest import TOPIC
from tests.integration.team_programs.programs import EXAMPLES, Program

pytestmark = pytest.mark.scaled

CONTRACTS = EXAMPLES.parent / "schemas/examples"
MANY = 1_200


def event_of(kind: type[Event], number: int, **data: Any) -> Event:
    """Return the n-th event of a kind, about the n-th post, with some of its data set."""
    name = kind.model_fields["type"].default
    content = json.loads((CONTRACTS / name / "minimal.json").read_bytes())
    content |= {"id": f"{name[-14:]}{number:018d}", "subject": f"conversation-{number % 7}"}
    content["data"] |= {"post_id": f"post-{number}", "conversation_id": content["subject"]}
    content["data"] |= data
    return kind.model_validate(content)


def routed(number: int, text: str = "", team: str = "waste", edition: int = 0) -> Event:
    """Return word that the n-th post was given to a team."""
    name = "mercat.posts.routed.v1"
    content = json.loads((CONTRACTS / name / "full.json").read_bytes())
    content |= {"id": f"routed-{number}-{edition}", "subject": f"conversation-{number % 7}"}
    content["data"]["post"] |= {
        "post_id": f"post-{number}",
        "conversation_id": content["subject"],
        "text": text or f"Bin {number} was missed.",
    }
    content["data"]["assignment"] |= {"team": team, "case_id": f"case-{number}"}
    return PostRouted.model_validate(content)


def send(producer: KafkaProducer, *events: Event) -> None:
    """Send events as the relay does, and wait until the broker has them."""
    producer.deliver([Append(TOPIC, event.subject, encode_event(event), event) for event in events])


def send_raw(producer: KafkaProducer, *values: bytes) -> None:
    """Send bytes, whatever they are."""
    producer.deliver([Append(TOPIC, "conversation-0", value) for value in values])


def posts(*numbers: int) -> dict[str, str]:
    """Return what is held of posts by their numbers."""
    return {f"post-{number}": f"Bin {number} was missed." for number in numbers}


def test_what_was_sent_before_and_after_the_start_is_there(
    program: Program, producer: KafkaProducer
) -> None:
    """A new program begins with the oldest event that is left, and stops cleanly."""
    send(producer, *map(routed, range(5)))
    program.start()
    program.await_posts(posts(*range(5)))

    send(producer, routed(5), routed(1, "Bin 1, as edited.", edition=1))

    program.await_posts({**posts(*range(6)), "post-1": "Bin 1, as edited."})
    assert 0 == program.end()
    assert "stopped cleanly" in program.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_loses_nothing_and_repeats_nothing(
    program: Program, producer: KafkaProducer, number: int
) -> None:
    """However it ended, what came meanwhile is read, and what comes again has no second effect."""
    send(producer, *map(routed, range(MANY)))
    program.start()
    program.await_posts(posts(*range(MANY)))
    send(producer, event_of(PostRemoved, 3))
    program.await_posts(posts(*(each for each in range(MANY) if each != 3)))
    send(producer, *map(routed, range(MANY, MANY + 100)))
    program.end(number)
    send(producer, routed(3), routed(0), *map(routed, range(MANY + 100, MANY + 200)))

    program.start()

    program.await_posts(posts(*(each for each in range(MANY + 200) if each != 3)))


def test_a_removal_is_honoured(program: Program, producer: KafkaProducer, tmp_path: Path) -> None:
    """Nothing of the post's words is left in what the program keeps."""
    program.start()
    send(producer, routed(1, "My number is 07700 900123."), routed(2))
    program.await_posts({**posts(2), "post-1": "My number is 07700 900123."})

    send(producer, event_of(PostRemoved, 1))

    program.await_posts(posts(2))
    assert 0 == program.end()
    kept = [path for path in tmp_path.iterdir() if b"07700 900123" in path.read_bytes()]
    assert not kept


def test_what_another_team_has_now_goes(program: Program, producer: KafkaProducer) -> None:
    """Word of a move takes the case's posts away, and so does an edit that moved one post."""
    program.start()
    send(producer, *map(routed, range(4)))
    program.await_posts(posts(*range(4)))

    moved = event_of(PostRerouted, 1, team="roads", case_id="case-1")
    send(producer, moved, routed(2, team="roads", edition=1))

    program.await_posts(posts(0, 3))


def test_what_became_of_cases_is_known(program: Program, producer: KafkaProducer) -> None:
    """A case that was closed, and posts that have a case of their own."""
    program.start()
    send(
        producer,
        *map(routed, range(3)),
        event_of(CaseClosed, 1, case_id="case-1"),
        event_of(CaseSplit, 2, case_id="case-2", post_ids=("post-2",), new_case_id="case-9"),
    )

    # Sent last, of the same conversation as the split, so that all before it was handled.
    send(producer, routed(9))

    program.await_posts(posts(0, 1, 2, 9))
    send(producer, routed(8))
    program.await_posts(posts(0, 1, 2, 8, 9))
    assert {"case-0": "open", "case-1": "closed", "case-9": "open"}.items() <= (
        program.cases().items()
    )


def test_what_it_does_not_know_stops_nothing(program: Program, producer: KafkaProducer) -> None:
    """Types and fields of a newer Mercat, and values that are no events, are passed over."""
    newer = json.loads(encode_event(routed(1)))
    newer |= {"added_next_year": {"any": ["thing"]}}
    newer["data"]["post"]["mood"] = "cheerful"
    unknown = json.loads(encode_event(routed(2))) | {"type": "mercat.posts.translated.v1"}
    half = json.loads(encode_event(routed(3))) | {"data": {"post": 7}}
    send_raw(
        producer,
        *(json.dumps(each).encode() for each in (newer, unknown, unknown | {"id": "u2"}, half)),
        *(b"", b"{", b"[]", b"null", b"\xff", b'{"id": 1}', b'{"id":"x","type":"t"}'),
    )
    program.start()

    send(producer, routed(7))

    program.await_posts(posts(1, 7))
    assert 1 == program.said().count("passing over events of type mercat.posts.translated.v1")
    assert "passed over" in program.said()
    assert 0 == program.end()


def test_a_topic_that_is_not_there_ends_it_with_a_reason(
    program: Program, producer: KafkaProducer
) -> None:
    """Nobody waits for ever behind a name that was mistyped."""
    del producer
    place = program._command.index("--topic") + 1
    program._command[place] = program._command[place].replace("waste", "wast")
    program.start()

    code = program._process.wait(60) if program._process else None

    assert 1 == code
    assert "wast" in program.said()
