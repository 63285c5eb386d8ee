"""`mercat policy` on a working folder: rules are written out, changed, tried and compared."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from services.cli_policy_files import check, diff, edit, new
from services.cli_policy_files import test as try_rules
from services.policy.file_data_schemas import ENDING, stale_schemas, write_schemas
from services.policy.file_rule_set import read_rule_set
from services.policy.regopy_trials import outcomes_of
from services.policy.rule_set import TEST
from services.policy.rule_template import new_rule
from services.policy.rule_trials import Trial, trials_of
from services.runtime.errors import FolderError, InputInvalidError, MercatError


def run(command: object, *arguments: str | Path) -> Result:
    """Run a verb, and return what came of it."""
    return CliRunner().invoke(command, [str(each) for each in arguments])  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all the rules that come with Mercat."""
    work = tmp_path_factory.mktemp("policy") / "work"
    assert run(edit, work).exit_code == 0
    return work


@pytest.fixture
def small(whole: Path, tmp_path: Path) -> Path:
    """A folder with the gate, its data and one rule, so that trying it is quick."""
    for path in sorted(whole.rglob("*")):
        place = path.relative_to(whole)
        if path.is_file() and (place.parts[0] == "data" or place == Path("gate/gate.rego")):
            (tmp_path / "work" / place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "work" / place).write_bytes(path.read_bytes())
    modules, tests = new_rule("content/our_bins")
    for place_text, text in {**modules, **tests}.items():
        path = tmp_path / "work" / place_text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "work"


def test_a_schema_lies_beside_each_file_of_data(whole: Path) -> None:
    """It takes what is there, and refuses what nobody declared, as an editor would show at once."""
    names = sorted(path.stem for path in (whole / "data").glob("*.yaml"))
    assert names
    for name in names:
        schema = json.loads((whole / f"data/{name}{ENDING}").read_text("utf-8"))
        data = read_rule_set(whole).data[name]
        jsonschema.validate(data, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**data, "nothing_of_ours": 1}, schema)


def test_a_schema_that_is_out_of_date_is_named(tmp_path: Path) -> None:
    """The check of generated files finds it, and writing makes it good."""
    written = write_schemas(tmp_path)
    (tmp_path / written[0]).write_text("{}", encoding="utf-8")

    assert written[:1] == stale_schemas(tmp_path) == write_schemas(tmp_path)
    assert [] == stale_schemas(tmp_path)


def test_what_was_written_out_is_what_is_in_force(whole: Path) -> None:
    """Nothing is different, to the last comment."""
    assert "Nothing is different, to the last comment.\n" == run(diff, whole).output


def test_the_rules_that_come_with_mercat_pass_every_check(whole: Path) -> None:
    """An officer's own checks begin from a set that has no fault."""
    result = run(check, whole, "--json")

    said = json.loads(result.output)
    assert ([], True, 0) == (said["faults"], said["sound"], result.exit_code)
    assert said["objections"] >= said["rules"]


def test_a_new_rule_passes_as_it_stands(small: Path) -> None:
    """An officer changes something that works."""
    assert 0 == run(new, small, "content/night_buses").exit_code
    result = run(try_rules, small)
    assert (0, True) == (result.exit_code, "2 rules, 8 tests: all pass" in result.output)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("bins", InputInvalidError),
        ("content/Bins", InputInvalidError),
        ("content/our_bins", FolderError),
    ],
)
def test_a_rule_without_a_fit_name_or_with_one_that_is_taken_is_refused(
    small: Path, rule: str, error: type[MercatError]
) -> None:
    """Nothing that somebody wrote is written over."""
    assert isinstance(run(new, small, rule).exception, error)


@pytest.mark.parametrize(
    ("old", "becomes", "sentence"),
    [
        ("input.findings.length <= 10000", "input.findings.length <= 90", "fails"),
        (
            "input.findings.length <= 10000",
            "input.findings.lenght <= 10000",
            "line 11: there is no fact",
        ),
        ("input.findings.length", "count(input.act.media)", "fails"),
        ('"severity": "advice"', '"severity": lower("ADVICE")', "is not done alike"),
        ("reasons contains reason if {", "reasons contains reason if {{", "our_bins.rego line "),
    ],
)
def test_a_slip_in_a_rule_is_found_and_named(
    small: Path, old: str, becomes: str, sentence: str
) -> None:
    """A check in an officer's CI fails on it."""
    path = small / "content/our_bins/our_bins.rego"
    path.write_text(path.read_text("utf-8").replace(old, becomes, 1), encoding="utf-8")

    result = run(check, small)

    assert (1, True) == (result.exit_code, sentence in result.output), result.output


def test_an_objection_that_no_test_misses_is_named(small: Path) -> None:
    """A test that passes whether or not the rule objects tries nothing."""
    path = small / f"content/our_bins/our_bins{TEST}"
    path.write_text(
        path.read_text("utf-8").replace(
            "some reason in our_bins.reasons",
            'some reason in [{"message": "content.our_bins", "severity": "advice"}]',
        ),
        encoding="utf-8",
    )

    result = run(try_rules, small)

    assert 1 == result.exit_code
    assert "content/our_bins: no test misses 'Longer than we want'" in result.output


def test_a_slip_in_the_data_names_file_and_line(small: Path) -> None:
    """YAML is read as settings are: one clear sentence with its place."""
    path = small / "data/approvals.yaml"
    path.write_text(path.read_text("utf-8").replace("roles:", "rolls:", 1), encoding="utf-8")

    result = run(check, small)

    assert isinstance(result.exception, MercatError)
    assert "data/approvals.yaml line " in str(result.exception)


def test_a_difference_is_told_by_rule_and_by_value(small: Path) -> None:
    """What was taken away, what is new, and which figure is another."""
    path = small / "data/approvals.yaml"
    path.write_text(path.read_text("utf-8").replace("count: 1", "count: 2", 1), encoding="utf-8")

    said = run(diff, small).output

    assert "rule new: content/our_bins\n" in said
    assert "rule taken away: content/length\n" in said
    assert "- approvals.second_person.count: 1\n+ approvals.second_person.count: 2\n" in said


def test_what_ends_the_engine_costs_its_own_trial_alone() -> None:
    """The others are tried all the same."""
    modules, tests = new_rule("content/our_bins")
    sound = trials_of(modules, tests)[0]
    source = (
        "package mercat.x_test\ntest_loud_a if {\n\tcount(numbers.range(1, 900000000)) > 0\n}\n"
    )
    heavy = Trial("content/x", {"content/x/x_test.rego": source}, ("mercat/x_test/test_loud_a",))

    came_out = [outcomes for _, outcomes in outcomes_of([sound, heavy, sound])]

    assert came_out[0] == came_out[2] == dict.fromkeys(sound.tests, True)
    assert came_out[1] in (None, {"mercat/x_test/test_loud_a": False})
