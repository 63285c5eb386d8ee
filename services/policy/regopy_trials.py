"""Runs trials of rules on regopy: `python -m services.policy.regopy_trials`, a line for each.

A program of its own, as the engine is: regopy is never loaded into a process that does anything
else, and what it cannot bear ends this one alone.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from services.policy.regopy_child import limit_memory
from services.policy.rule_data import RULE_DATA
from services.policy.rule_trials import Trial

MEMORY_BYTES_MAX: Final = 512 * 1024 * 1024
SECONDS_MAX: Final = 300.0
NOTHING_SET: Final[dict[str, Any]] = {
    "mercat": {"bundle": {}, "data": {name: {} for name in RULE_DATA}}
}
"""There for tests to set: regopy replaces only what there is."""

Outcomes = dict[str, bool]


def outcomes_of(trials: Sequence[Trial]) -> Iterator[tuple[Trial, Outcomes | None]]:
    """Yield each trial with how its tests came out; None where the engine could not run them."""
    left = list(trials)
    while left:
        known = _run(left)
        yield from zip(left, known, strict=False)
        left = left[len(known) :]
        if left:
            # What ended the engine is the trial it was at; the others go on.
            yield left.pop(0), None


def _run(trials: Sequence[Trial]) -> list[Outcomes | None]:
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
            timeout=SECONDS_MAX,
        )
        said = ran.stdout
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode("utf-8", "replace")
    return [json.loads(line) for line in said.splitlines() if line.endswith(("}", "null"))]


def _answer_all() -> None:
    import regopy  # noqa: F401 - before the limit: its allocator reserves room it never uses

    limit_memory(MEMORY_BYTES_MAX)
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(_came_out(asked["modules"], asked["tests"])) + "\n")
        sys.stdout.flush()


def _came_out(modules: dict[str, str], tests: list[str]) -> Outcomes | None:
    from regopy import Input, Interpreter
    from regopy.rego_shared import RegoError

    interpreter = Interpreter()
    interpreter.strict_built_in_errors = True
    try:
        for place, source in modules.items():
            interpreter.add_module(place, source)
        interpreter.add_data(NOTHING_SET)
        bundle = interpreter.build(None, tests)
        if not bundle.ok():
            return None
        interpreter.set_input(Input({}))
        said = {name: interpreter.query_bundle_entrypoint(bundle, name) for name in tests}
        return {
            name: [result.expressions for result in out.results] == [[True]]
            for name, out in said.items()
        }
    except (RegoError, ValueError):
        return None


if __name__ == "__main__":
    _answer_all()
