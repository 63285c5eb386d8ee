"""Every measurement by its name, each made in a process of its own."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

from bench import (
    acts,
    advice,
    findings,
    grant_facts,
    growth,
    imports,
    rehearsal,
    revocation,
    slot_calendar,
    steady,
    storm,
    throughput,
    verdicts,
    warm_start,
    webhooks,
)
from bench.document import Measured
from bench.figures import Figure
from bench.file_results import say
from bench.plan import Sizes
from bench.progress import Say
from bench.system_calibration import calibrate
from bench.system_processes import load_average
from services.log_lines import write_log_lines

MEASUREMENTS: Final[dict[str, Callable[[Sizes, Say], tuple[Figure, ...]]]] = {
    "throughput": throughput.measure,
    "steady": steady.measure,
    "storm": storm.measure,
    "growth": growth.measure,
    "start": warm_start.measure,
    "import": imports.measure,
    "webhooks": webhooks.measure,
    "findings": findings.measure,
    "acts": acts.measure,
    "verdicts": verdicts.measure,
    "advice": advice.measure,
    "rehearsal": rehearsal.measure,
    "grants": grant_facts.measure,
    "revocation": revocation.measure,
    "calendar": slot_calendar.measure,
}


def measured_apart(name: str, sizes: Sizes) -> Measured:
    """Make one measurement in a new process, so that none inherits the memory of another."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(measured, name, sizes).result()


def measured(name: str, sizes: Sizes) -> Measured:
    """Calibrate, and make one measurement here."""
    write_log_lines("error", "plain")
    say(name, "calibrating")
    load = load_average()
    calibration_seconds = calibrate()
    figures = MEASUREMENTS[name](sizes, partial(say, name))
    return Measured(name, sizes.mode, calibration_seconds, load, figures)
