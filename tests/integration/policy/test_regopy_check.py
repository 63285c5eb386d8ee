"""The look at proposed rules, in a process apart: what it finds, and what it does not wait for."""

from collections.abc import Iterator, Mapping

import pytest

from services.policy.file_rule_set import read_rule_set
from services.policy.regopy_check import TOO_LONG, CheckedApart, report_on
from services.policy.rule_set import rule_set_of_files
from services.policy.rule_template import new_rule
from services.runtime.errors import InputInvalidError, RetryLaterError

RULE = "content/our_bins/our_bins.rego"
TESTS = "content/our_bins/our_bins_test.rego"


@pytest.fixture(scope="module")
def small() -> Mapping[str, str]:
    """The files of a set with the gate, its data and one rule, which are looked at quickly."""
    files = read_rule_set().files
    modules, tests = new_rule("content/our_bins")
    kept = {place: text for place, text in files.items() if place.startswith(("data/", "gate/"))}
    kept.pop("gate/gate_test.rego", None)
    return {**kept, **modules, **tests}


def found(files: Mapping[str, str]) -> str:
    """Return what is found wrong, in one text."""
    return "\n".join(CheckedApart()(files))


def test_rules_without_a_fault_are_taken(small: Mapping[str, str]) -> None:
    """Nothing is said of them."""
    assert "" == found(small)


def test_what_no_engine_takes_is_named_by_its_line_and_once(small: Mapping[str, str]) -> None:
    """What else follows from the same slip would only hide it."""
    source = small[RULE].replace("input.findings.length <= 10000", "input.findings.length <= )")
    line = source[: source.index("length <=")].count("\n") + 1

    said = found({**small, RULE: source})

    assert said.startswith(f"{RULE} line {line}: no engine takes this (")
    assert 1 == len(said.splitlines())


def test_a_slip_behind_letters_of_several_bytes_is_on_its_line(small: Mapping[str, str]) -> None:
    """An engine counts bytes and people count lines."""
    source = "# " + "ü" * 400 + "\n" + small[RULE].replace("<= 10000", "<= )")
    line = source[: source.index("length <=")].count("\n") + 1

    assert found({**small, RULE: source}).startswith(f"{RULE} line {line}: ")


def test_a_slip_in_the_tests_is_named_there(small: Mapping[str, str]) -> None:
    """The rule beside them is not blamed."""
    said = found({**small, TESTS: small[TESTS] + "\ntest_loud_more if {\n\t1 == )\n}\n"})

    assert f"{TESTS} line " in said
    assert f"{RULE} line " not in said


@pytest.mark.parametrize(
    ("place", "old", "new", "sentence"),
    [
        (RULE, "findings.length", "findings.lenght", "there is no fact input.findings.lenght"),
        (RULE, "<= 10000", "<= 90", "fails."),
        ("data/limits.yaml", "emoji_max:", "emoji_most:", "data/limits.yaml line "),
        ("gate/gate.rego", "package mercat.gate", "package mercat.door", "its package must be"),
        ("gate/gate.rego", "answer :=", "nothing :=", "all rules together: "),
    ],
)
def test_every_kind_of_fault_is_found(
    small: Mapping[str, str], place: str, old: str, new: str, sentence: str
) -> None:
    """Sources, tests, data, the shape of the set, and whether the whole of it can be asked."""
    assert old in small[place]

    assert sentence in found({**small, place: small[place].replace(old, new)})


def test_what_takes_too_long_is_refused_and_ended(small: Mapping[str, str]) -> None:
    """Nobody waits for ever, and the next one has its turn."""
    checked = CheckedApart(seconds_max=0.01)

    assert [(TOO_LONG,)] * 2 == [checked(small), checked(small)]


def test_one_set_at_a_time_is_looked_at() -> None:
    """Whoever comes meanwhile is asked to come again, and costs nothing."""
    checked = CheckedApart()

    class Meanwhile(Mapping[str, str]):
        """Files, while which are read somebody else proposes."""

        def __getitem__(self, place: str) -> str:
            return checked({place: ""})[0]

        def __iter__(self) -> Iterator[str]:
            return iter([RULE])

        def __len__(self) -> int:
            return 1

    with pytest.raises(RetryLaterError, match="in a moment"):
        checked(Meanwhile())
    assert checked({RULE: ""})


def test_more_objections_than_can_be_tried_are_refused(small: Mapping[str, str]) -> None:
    """Each takes memory and time wherever rules are looked at."""
    many = "reasons contains 1 if {\n}\n" * 2_001

    with pytest.raises(InputInvalidError, match="over 2,000"):
        report_on(rule_set_of_files({**small, RULE: small[RULE] + many}))
