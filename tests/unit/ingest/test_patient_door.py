"""Deliveries that others overtook are handed in again, and no others."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future

import pytest

from services.ingest.patient_door import TRIES_MAX, PatientDoor
from services.runtime.effects import Key, Row
from services.runtime.errors import OverloadedError, StaleStateError, StorageRefusedError
from services.runtime.step import Intake

INTAKE = Intake("source:town", "1", b"", None)
ROWS: Mapping[Key, Row | None] = {Key("webhook_ids", "1"): {"expires_at_ms": 1}}


class Answering:
    """A door that answers as told, one delivery after the other; then takes all."""

    def __init__(self, *answers: Exception) -> None:
        self.answers = list(answers)
        self.handed_in: list[tuple[Sequence[Intake], Mapping[Key, Row | None] | None]] = []

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Return the next answer."""
        self.handed_in.append((intakes, writes))
        done: Future[None] = Future()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, OverloadedError):
            raise answer
        if answer is None:
            done.set_result(None)
        else:
            done.set_exception(answer)
        return done


def test_an_overtaken_delivery_is_handed_in_again() -> None:
    """The same items and rows go in until they stand."""
    door = Answering(StaleStateError("overtaken"), StaleStateError("overtaken"))

    done = PatientDoor(door).deliver([INTAKE], ROWS)

    assert done.exception(0) is None
    assert [([INTAKE], ROWS)] * 3 == door.handed_in


@pytest.mark.parametrize("error", [StorageRefusedError("full"), KeyError("a bug")])
def test_any_other_refusal_is_the_deliverers_to_hear(error: Exception) -> None:
    """What is not about being overtaken is told at once."""
    door = Answering(error)

    done = PatientDoor(door).deliver([INTAKE])

    assert error is done.exception(0)
    assert 1 == len(door.handed_in)


def test_patience_ends() -> None:
    """A delivery that is overtaken every time is told so, for its sender to come again."""
    door = Answering(*[StaleStateError("overtaken")] * (TRIES_MAX + 1))

    done = PatientDoor(door).deliver([INTAKE])

    assert isinstance(done.exception(0), StaleStateError)
    assert TRIES_MAX == len(door.handed_in)


def test_a_door_that_closes_meanwhile_is_told() -> None:
    """Being turned away at the second try is the delivery's answer, not the door's trouble."""
    door = Answering(StaleStateError("overtaken"), OverloadedError("closing"))

    done = PatientDoor(door).deliver([INTAKE])

    assert isinstance(done.exception(0), OverloadedError)


def test_a_caller_that_hangs_up_cancels_nothing() -> None:
    """The future can only be resolved."""
    assert not PatientDoor(Answering()).deliver([INTAKE]).cancel()
