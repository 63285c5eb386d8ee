"""A source that a drill has silent: not asked meanwhile, and as ever before and after."""

import pytest

from services.ingest.drilled_source import DrilledSource
from services.ingest.source import Poll, State
from services.runtime.errors import SourceUnavailableError


class PlainSource:
    """A source that counts how often it was asked."""

    name = "plain"

    def __init__(self) -> None:
        self.closed = False

    def poll(self, state: State) -> Poll:
        """Return the next state."""
        return Poll(items=(), state={"at": state.get("at", 0) + 1})

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def test_a_source_is_silent_while_its_drill_is_on() -> None:
    """It is asked again soon, and goes on from where it stood."""
    on = [False]
    plain = PlainSource()
    source = DrilledSource(plain, lambda: on[0])
    before = source.poll({})
    on[0] = True
    with pytest.raises(SourceUnavailableError) as refused:
        source.poll(before.state)
    on[0] = False
    after = source.poll(before.state)
    source.close()

    assert ({"at": 1}, {"at": 2}) == (before.state, after.state)
    assert refused.value.wait_seconds is not None
    assert 0 < refused.value.wait_seconds <= 5
    assert ("plain", True) == (source.name, plain.closed)
