"""A house that several services open at the same moment."""

import subprocess
import sys
from pathlib import Path

TOGETHER = 4
ENROL = """
import sys
from pathlib import Path
from services.house.sqlite_house import open_house
from services.runtime.system_clock import SystemClock

folder, number = Path(sys.argv[1]), sys.argv[2]
print("here", flush=True)
sys.stdin.readline()
house = open_house(folder, SystemClock())
for turn in range(5):
    house.enrol(f"account{number}{turn}", "Account")
house.close()
"""


def test_of_several_who_open_a_new_house_all_find_it_made(tmp_path: Path) -> None:
    """One makes its tables while the others wait, and each writes in its turn."""
    services = [
        subprocess.Popen(
            [sys.executable, "-c", ENROL, str(tmp_path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(TOGETHER)
    ]
    for service in services:
        assert service.stdout is not None
        service.stdout.readline()
    ended = []
    for service in services:
        assert service.stdin is not None
        service.stdin.write(b"go\n")
        service.stdin.flush()
    for service in services:
        service.communicate(timeout=60)
        ended.append(service.returncode)

    assert [0] * TOGETHER == ended
