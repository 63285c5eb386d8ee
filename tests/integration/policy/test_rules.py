"""The rules that come with Mercat: tried on both engines, and kept to what both do alike."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.policy.fact_shape import FactShape
from services.policy.file_bundle import CAPABILITIES, read_bundle
from services.policy.file_rule_set import RULES, read_rule_set
from services.policy.regopy_trials import outcomes_of
from services.policy.rule_trials import Slip, Trial, names_of_tests, trials_of

NO_DATA = "--ignore=*.yaml,*.json"
RULE_TESTS = sorted(RULES.glob("*/*/*_test.rego"))
ALL_TESTS = sorted(
    name for path in RULES.rglob("*_test.rego") for name in names_of_tests(path.read_text("utf-8"))
)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it said."""
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """The shape of facts, as a JSON Schema that OPA holds rules against."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FactShape.model_json_schema()), encoding="utf-8")
    return path


def test_every_test_of_a_rule_passes_on_opa_and_no_line_is_left_out(opa_program: Path) -> None:
    """OPA runs the rules' own tests, and every line of every rule is run by one."""
    tried = run(opa_program, "test", RULES, NO_DATA, "--format=json")
    covered = run(
        opa_program, "test", RULES, NO_DATA, "--coverage", "--threshold=100", "--format=json"
    )

    outcomes = json.loads(tried.stdout)
    passed = [each for each in outcomes if not each.get("fail") and not each.get("error")]
    assert (0, len(ALL_TESTS)) == (tried.returncode, len(passed))
    assert covered.returncode == 0, covered.stderr


def test_every_test_of_a_rule_passes_on_regopy() -> None:
    """The same tests come out true on the engine of the embedded default, each rule alone."""
    rule_set = read_rule_set()
    whole = [each for each in trials_of(rule_set.modules, rule_set.tests) if each.missed is None]

    came_out = [outcomes for _, outcomes in outcomes_of(whole)]

    told = [each for each in came_out if each is not None and not isinstance(each, Slip)]
    assert len(whole) == len(told)
    passed = {name: passes for each in told for name, passes in each.items()}
    assert dict.fromkeys(ALL_TESTS, True) == passed


def test_a_failing_test_of_a_rule_is_seen_on_regopy() -> None:
    """The trial on regopy tells what is false from what is true."""
    source = "package mercat.x_test\ntest_right if 1 == 1\ntest_wrong if 1 == 2\n"
    trial = Trial("x", {"x_test.rego": source}, tuple(names_of_tests(source)))

    ((_, came_out),) = outcomes_of([trial])

    assert {"mercat/x_test/test_right": True, "mercat/x_test/test_wrong": False} == came_out


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
def test_a_rule_is_tried_on_what_it_lets_pass_as_often_as_on_what_it_stops(path: Path) -> None:
    """A rule that objects to everything would pass half of its tests."""
    names = [name.rsplit("/", 1)[1] for name in names_of_tests(path.read_text("utf-8"))]
    quiet = [name for name in names if name.startswith("test_quiet_")]
    loud = [name for name in names if name.startswith("test_loud_")]

    assert sorted(names) == sorted(quiet + loud)
    assert len(loud) >= 2
    assert len(quiet) >= len(loud)


def test_every_rule_has_tests_and_says_what_it_is_for() -> None:
    """Beside each rule lie its tests, and each package and reason has a title and description."""
    for rule in read_bundle().manifest:
        concern, name = rule.split("/")
        folder = RULES / concern / name
        source = (folder / f"{name}.rego").read_text("utf-8")
        blocks = source.split("# METADATA\n")[1:]

        assert (folder / f"{name}_test.rego").is_file()
        assert len(re.findall(r"^reasons contains", source, re.MULTILINE)) + 1 == len(blocks)
        assert all("# title: " in block and "# description: " in block for block in blocks)


def test_rules_use_nothing_that_differs_between_engines(opa_program: Path, schema: Path) -> None:
    """OPA refuses what capabilities.json does not list, and facts that there are not."""
    checked = run(
        opa_program,
        *("check", "--strict", NO_DATA),
        *("--capabilities", CAPABILITIES, "--schema", schema, RULES),
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('x := lower("A")', "undefined function lower"),
        ('x := sprintf("%s", [1])', "undefined function sprintf"),
        ('x := regex.match("a", "a")', "undefined function regex.match"),
        ("x := time.now_ns()", "undefined function time.now_ns"),
        ('x := http.send({"url": "x"})', "undefined function http.send"),
        ('x := count("abc")', "invalid argument"),
        ("x := count(input.act.kind)", "invalid argument"),
        ("x := input.acount.mode", "undefined ref"),
        ("x := input.actor.grants", "undefined ref"),
        ('x := $"{input.now}"', "template strings are not supported"),
    ],
)
def test_what_differs_between_engines_is_refused(
    opa_program: Path, schema: Path, tmp_path: Path, body: str, said: str
) -> None:
    """Clock, network, string functions and facts that are misspelt are found before they harm."""
    rule = tmp_path / "rule.rego"
    rule.write_text(f"package mercat.rules.content.trial\n{body}\n", encoding="utf-8")

    checked = run(
        opa_program, "check", "--strict", "--capabilities", CAPABILITIES, "--schema", schema, rule
    )

    assert checked.returncode != 0
    assert said in checked.stdout + checked.stderr


def test_what_rules_may_use_regopy_has() -> None:
    """Every function on the list is one of regopy's too."""
    listed: dict[str, Any] = json.loads(CAPABILITIES.read_text("utf-8"))
    called = [each["name"] for each in listed["builtins"] if "infix" not in each]
    program = (
        "import json, sys, regopy; r = regopy.Interpreter(); "
        "print([name for name in json.loads(sys.argv[1]) if not r.is_builtin(name)])"
    )

    asked = run(sys.executable, "-c", program, json.dumps(called))

    assert "[]" == asked.stdout.strip()


def test_rules_are_in_the_one_form(opa_program: Path) -> None:
    """`opa fmt` would change nothing."""
    formatted = run(opa_program, "fmt", "--list", RULES)

    assert ("", 0) == (formatted.stdout, formatted.returncode)
