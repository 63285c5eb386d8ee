"""Runs trials of rules on regopy: `python -m services.policy.regopy_trials`, a line for each.

A program of its own, as the engine is: regopy is never loaded into a process that does anything
else, and what it cannot bear ends this one alone.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from services.policy.regopy_child import limit_memory
from services.policy.rule_data import RULE_DATA
from services.policy.rule_trials import Outcomes, Slip, Trial

MEMORY_BYTES_MAX: Final = 512 * 1024 * 1024
SECONDS_MAX: Final = 300.0
A_RUN_MAX: Final = 100
"""So many trials are handed to one process: what it is sent lies in memory whole."""

SLIP_CHARACTERS_MAX: Final = 200
NOTHING_SET: Final[dict[str, Any]] = {
    "mercat": {"bundle": {}, "data": {name: {} for name in RULE_DATA}}
}
"""There for tests to set: regopy replaces only what there is."""

_SLIP: Final = re.compile(
    r"\(error \d+:(?P<path>[^|\s]+)\|(?P<at>\d+)\|\d+\s+\(errormsg \d+:(?P<said>[^\n)]+)"
)


def outcomes_of(
    trials: Sequence[Trial], seconds_max: float = SECONDS_MAX
) -> Iterator[tuple[Trial, Outcomes | Slip | None]]:
    """Yield each trial with how its tests came out, or where a source is not taken.

    None stands for what the engine could not run, or what it did not come to in the time for all.
    """
    ends_at = time.monotonic() + seconds_max
    left = list(trials)
    while left:
        batch = left[:A_RUN_MAX]
        known = _run(batch, max(0.0, ends_at - time.monotonic()))
        yield from zip(batch, known, strict=False)
        left = left[len(known) :]
        if len(known) < len(batch):
            # What ended the engine is the trial it was at; the others go on.
            yield left.pop(0), None


def _run(trials: Sequence[Trial], seconds_max: float) -> list[Outcomes | Slip | None]:
    if seconds_max <= 0:
        return []
    asked = "".join(
        json.dumps({"modules": dict(each.modules), "tests": each.tests}) + "\n" for each in trials
    )
    try:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "services.policy.regopy_trials"],
            input=asked,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=seconds_max,
        )
        said = ran.stdout
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode("utf-8", "replace")
    return [_read(line) for line in said.splitlines(keepends=True) if line.endswith("\n")]


def _read(line: str) -> Outcomes | Slip | None:
    said = json.loads(line)
    return Slip(*said) if isinstance(said, list) else said


def _answer_all() -> None:
    import regopy  # noqa: F401 - before the limit: its allocator reserves room it never uses

    limit_memory(MEMORY_BYTES_MAX)
    # regopy writes what it has against a source where answers are read: it gets another place.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin:
            asked = json.loads(line)
            answers.write(json.dumps(_came_out(asked["modules"], asked["tests"])) + "\n")
            answers.flush()


def _came_out(modules: dict[str, str], tests: list[str]) -> Outcomes | Slip | None:
    from regopy import Input, Interpreter
    from regopy.rego_shared import RegoError

    interpreter = Interpreter()
    interpreter.strict_built_in_errors = True
    try:
        for place, source in modules.items():
            interpreter.add_module(place, source)
        interpreter.add_data(NOTHING_SET)
        if not tests:
            return {}
        bundle = interpreter.build(None, tests)
        if not bundle.ok():
            return None
        interpreter.set_input(Input({}))
        said = {name: interpreter.query_bundle_entrypoint(bundle, name) for name in tests}
        return {
            name: [result.expressions for result in out.results] == [[True]]
            for name, out in said.items()
        }
    except (RegoError, ValueError) as error:
        return _slip(str(error), modules)


def _slip(said: str, modules: Mapping[str, str]) -> Slip | None:
    """Return the first place, in the first of some sources, that regopy has something against."""
    found = min(
        (
            (int(each["at"]), each["path"], each["said"])
            for each in _SLIP.finditer(said)
            if each["path"] in modules
        ),
        default=None,
    )
    if found is None:
        return None
    at, path, words = found
    before = modules[path].encode("utf-8", "surrogatepass")[:at]
    return Slip(path, before.count(b"\n") + 1, words.strip()[:SLIP_CHARACTERS_MAX])


if __name__ == "__main__":
    _answer_all()
