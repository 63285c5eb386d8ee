"""Faults on demand: planned, used up, read from a file's JSON."""

import pytest

from services.house.faults import FAULTS, HouseFaults, faults_from
from services.runtime.errors import InputInvalidError


def test_a_plan_is_followed_and_then_over() -> None:
    """Each request takes one fault; later ones are answered as they should be."""
    faults = HouseFaults()
    faults.order("busy", "none", "time-out-after")

    taken = [faults.next_fault() for _ in range(5)]

    assert ["busy", "none", "time-out-after", "none", "none"] == taken


def test_a_file_can_order_everything() -> None:
    """A process that is to be killed is told of its faults through a file."""
    faults = faults_from({"plan": list(FAULTS), "takes_keys": False, "slow_seconds": 2.5})

    assert (list(FAULTS), False, True) == (
        list(faults.plan),
        faults.takes_keys,
        faults.reads_back,
    )
    assert 2.5 == faults.slow_seconds


@pytest.mark.parametrize(
    ("document", "said"), [({"plan": ["explode"]}, "explode"), ({"planned": []}, "planned")]
)
def test_a_slip_in_the_file_is_told(document: dict[str, list[str]], said: str) -> None:
    """A fault test that orders nothing by mistake would prove nothing."""
    with pytest.raises(InputInvalidError, match=said):
        faults_from(document)
