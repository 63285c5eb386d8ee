"""What the platform said last: kept until it is written down, and only if it can be."""

import pytest

from tests.unit.publish.stand import Stand


def test_an_outcome_is_kept_until_the_store_takes_it() -> None:
    """A full disk loses no answer of the platform's, and it is not asked again meanwhile."""
    stand = Stand()
    stand.gate.approve("act-1")
    stand.platform.meanwhile = lambda: setattr(stand, "refusals", 4)

    stand.run(seconds=10)

    assert "sent" == stand.sending().state
    assert 1 == len(stand.platform.asked)


@pytest.mark.parametrize("remote_id", ["", "r" * 513, "r-1"])
def test_an_answer_without_an_id_of_its_own_tells_nothing(remote_id: str) -> None:
    """An id that cannot be kept, or is another act's, is not written down as this act's."""
    stand = Stand({"takes_keys": False, "reads_back": False})
    stand.gate.approve("act-1")
    stand.run()
    stand.gate.approve("act-2")
    stand.platform.answered_id = remote_id

    stand.run(seconds=60)

    assert stand.sending("act-2").awaits_person
