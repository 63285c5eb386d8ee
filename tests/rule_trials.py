"""Runs the rules' own tests on regopy: `python -m tests.rule_trials FOLDER` says which passed.

It is a program of its own because regopy is never loaded into a process that does anything else.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

NOTHING_SET: Final[dict[str, Any]] = {"mercat": {"bundle": {}, "data": {"limits": {}, "approvals": {}}}}


def names_of_tests(source: str) -> list[str]:
    """Return the place of each test in a Rego source, `mercat/gate_test/test_x`."""
    package = re.search(r"^package (\S+)", source, re.MULTILINE)
    names = re.findall(r"^(test_\w+) if", source, re.MULTILINE)
    return [f"{package[1].replace('.', '/')}/{name}" for name in names] if package else []


def outcomes(folder: Path) -> dict[str, bool]:
    """Return for each test in a folder whether it came out true."""
    from regopy import Input, Interpreter

    interpreter = Interpreter()
    interpreter.strict_built_in_errors = True
    sources = {str(path): path.read_text(encoding="utf-8") for path in folder.rglob("*.rego")}
    for place, source in sources.items():
        interpreter.add_module(place, source)
    interpreter.add_data(NOTHING_SET)
    names = sorted(name for source in sources.values() for name in names_of_tests(source))
    bundle = interpreter.build(None, names)
    interpreter.set_input(Input({}))
    came_out = {name: interpreter.query_bundle_entrypoint(bundle, name) for name in names}
    return {
        name: [[True]] == [r.expressions for r in out.results] for name, out in came_out.items()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(outcomes(Path(sys.argv[1]))))
