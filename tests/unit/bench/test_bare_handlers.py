"""The view behind the bare handlers: a dictionary that keeps what handlers remember."""

from bench.bare_handlers import DictView
from services.runtime.effects import Emit, Forget, Key, Remember
from tests.fakes import received

PLACE = Key("posts", "one")


def test_what_was_remembered_is_read_back() -> None:
    """A row that a handler remembered is there for the next one, without being declared."""
    view = DictView()

    view.take([Remember(PLACE, {"team": "roads"})])

    assert {"team": "roads"} == view.get(PLACE)


def test_what_was_forgotten_is_gone() -> None:
    """A row that was forgotten reads as one that never was; forgetting twice is no trouble."""
    view = DictView()

    view.take([Remember(PLACE, {"team": "roads"}), Forget(PLACE), Forget(PLACE)])

    assert view.get(PLACE) is None


def test_emitted_events_are_given_on_in_order() -> None:
    """Only events come out, and in the order in which they were emitted."""
    first, second = received(1, "one"), received(2, "two")

    events = DictView().take(
        [Emit("any", first), Remember(PLACE, {"team": "roads"}), Emit("any", second)]
    )

    assert [first, second] == events
