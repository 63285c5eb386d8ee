"""An order's answer under its sender's key: short enough, without secrets, always JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.decided import Decided
from services.policy.orders import IssueToken, Order, PersonLeaves
from services.policy.repeats import REPLY_BYTES_MAX, Repeat, reply_text
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard
from tests.unit.policy.samples import NOW_MS, actor

ORDER = IssueToken(login="ines")


class Kept:
    """A store of answers."""

    def __init__(self, row: Row | None) -> None:
        self._row = row

    def fetch(self, keys: Any) -> dict[Key, Row | None]:
        """Return the one row there may be."""
        return dict.fromkeys(keys, self._row)

    def cursor(self, consumer: str, topic: str, *, partition: int = 0) -> int:
        """Return the beginning."""
        del consumer, topic, partition
        return 0


def repeat(verb: str = "issue-token", order: Order = ORDER, who: str = "greta-id") -> Repeat:
    """Return the place of an order under one key."""
    return Repeat.of(verb, order, actor(who), "k-1")


def test_an_answer_is_kept_once_beside_what_was_decided() -> None:
    """A second order of that key, decided at the same moment, is overtaken by the first."""
    place = repeat()

    kept = place.kept(Decided(reply={"sentence": "Done."}, writes={}), NOW_MS)

    row = kept.writes[place.key]
    assert row is not None
    assert [Guard(place.key, None)] == kept.guards
    assert {"sentence": "Done."} == place.answer(Kept(row))


def test_there_is_no_answer_to_an_order_that_is_new() -> None:
    """It is then carried out."""
    assert repeat().answer(Kept(None)) is None


@pytest.mark.parametrize(
    "other",
    [
        repeat("revoke-token"),
        repeat(order=IssueToken(login="moira")),
        repeat(order=PersonLeaves(login="ines", why="moved away")),
    ],
)
def test_another_order_does_not_get_the_answer(other: Repeat) -> None:
    """Verb and arguments have to be the same."""
    kept = repeat().kept(Decided(), NOW_MS).writes[repeat().key]

    with pytest.raises(RejectError, match="used for another order"):
        other.answer(Kept(kept))


def test_another_person_has_another_place() -> None:
    """Nobody meets somebody else's answer."""
    assert repeat().key != repeat(who="gordon-id").key


def test_a_secret_is_not_kept() -> None:
    """A repeat learns that it was shown."""
    assert {
        "token": None,
        "token_id": "t",
        "sentence": "The token was shown when it was issued.",
    } == (json.loads(reply_text({"token": "secret", "token_id": "t", "sentence": "Shown once."})))


@given(
    reply=st.dictionaries(
        st.sampled_from(["sentence", "text", "reasons", "verdict", "version", "target"]),
        st.text(max_size=50)
        | st.integers(0, 9)
        | st.none()
        | st.lists(st.text(min_size=1_000, max_size=1_200), max_size=3),
    ),
    times=st.integers(1, 60),
)
def test_an_answer_of_any_length_is_json_within_its_bound(
    reply: dict[str, Any], times: int
) -> None:
    """Where it is too long, plain values stay and lists go; nothing is cut in the middle."""
    long = {
        name: value * times if isinstance(value, list) else value for name, value in reply.items()
    }

    text = reply_text(long)

    plain = {name: value for name, value in long.items() if not isinstance(value, list)}
    back = json.loads(text)
    assert len(text.encode()) <= REPLY_BYTES_MAX
    assert plain == {name: value for name, value in back.items() if name in plain}
    assert back.keys() == long.keys()
