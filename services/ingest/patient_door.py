"""A door for those who cannot hand in afresh themselves: overtaken deliveries are given again."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Final

from services.ingest.embedded_source import Deliverer
from services.runtime.effects import Key, Row
from services.runtime.errors import MercatError, StaleStateError
from services.runtime.step import Intake

TRIES_MAX: Final = 10


class PatientDoor:
    """Hands deliveries in at a door that other processes keep too, again where one was overtaken.

    Only for deliveries that were not read from any state, such as those of a webhook.
    """

    def __init__(self, door: Deliverer) -> None:
        self._door = door

    def deliver(
        self, intakes: Sequence[Intake], writes: Mapping[Key, Row | None] | None = None
    ) -> "Future[None]":
        """Hand items in; the future resolves once they are on disk, or fails as the door's does."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()
        self._hand_in(intakes, writes, done, TRIES_MAX)
        return done

    def _hand_in(
        self,
        intakes: Sequence[Intake],
        writes: Mapping[Key, Row | None] | None,
        done: "Future[None]",
        tries: int,
    ) -> None:
        def ended(given: "Future[None]") -> None:
            error = given.exception()
            if isinstance(error, StaleStateError) and tries > 1:
                self._again(intakes, writes, done, tries - 1)
            elif error is not None:
                done.set_exception(error)
            else:
                done.set_result(None)

        self._door.deliver(intakes, writes).add_done_callback(ended)

    def _again(
        self,
        intakes: Sequence[Intake],
        writes: Mapping[Key, Row | None] | None,
        done: "Future[None]",
        tries: int,
    ) -> None:
        try:
            self._hand_in(intakes, writes, done, tries)
        except MercatError as error:
            done.set_exception(error)
