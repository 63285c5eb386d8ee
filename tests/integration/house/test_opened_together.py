"""A house that several services open at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from services.house.sqlite_house import open_house
from services.runtime.clock import ManualClock

TOGETHER = 6


def test_of_several_who_open_a_new_house_all_find_it_made(
    tmp_path: Path, clock: ManualClock
) -> None:
    """One makes its tables, and the others wait for that."""
    start = Barrier(TOGETHER)

    def opened(number: int) -> str:
        start.wait(30)
        house = open_house(tmp_path, clock)
        try:
            return house.enrol(f"account{number}", f"Account {number}")
        finally:
            house.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        tokens = list(pool.map(opened, range(TOGETHER)))

    assert len(set(tokens)) == TOGETHER
