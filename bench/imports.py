"""How long the command line takes to load before it does anything."""

import subprocess
import sys
from typing import Final

from bench.errors import MeasurementError
from bench.figures import Figure, median
from bench.plan import Sizes
from bench.progress import Say

IMPORT_AIM_SECONDS: Final = 0.3
_IMPORT: Final = (
    "import time; begun = time.perf_counter(); import services.cli; "
    "print(time.perf_counter() - begun)"
)


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return the median of `import services.cli` in processes that have loaded nothing."""
    say(f"{sizes.imports} imports")
    seconds = [_import_seconds() for _ in range(sizes.imports + 1)][1:]
    return (
        Figure(
            "import_cli",
            "s",
            f"`import services.cli` in a new process, median of {sizes.imports}",
            value=median(seconds),
            aim=IMPORT_AIM_SECONDS,
            better="lower",
        ),
    )


def _import_seconds() -> float:
    ended = subprocess.run(
        [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise MeasurementError(f"services.cli cannot be imported: {ended.stderr.strip()[-500:]}")
    return float(ended.stdout)
