"""What is tried of a set of rules: kinds of tests, and objections that a test must miss."""

import pytest

from services.policy.rule_trials import names_of_tests, shortcomings, trials_of

RULE = """package mercat.rules.content.x

# METADATA
# title: Too red
reasons contains reason if {
	input.a == 1
	reason := {}
}

reasons contains reason if {
	input.a == 2
	reason := {}
}
"""
HEAD = "package mercat.rules.content.x_test\n"
TESTS = HEAD + "".join(
    f"test_{kind}_{n} if {{\n\ttrue\n}}\n" for kind in ("quiet", "loud") for n in range(2)
)
PLACE, BESIDE = "content/x/x.rego", "content/x/x_test.rego"
GATE = {"gate/gate.rego": "package mercat.gate\n"}


def said(tests: dict[str, str]) -> list[str]:
    """Return what is wanting in the tests of the rule."""
    return [sentence for _, sentence in shortcomings({**GATE, PLACE: RULE}, tests)]


def test_tests_are_named_by_their_package() -> None:
    """An engine asks for a test by its place; words in a comment are none."""
    source = (
        "# test_no if\npackage mercat.rules.content.x_test\ntest_quiet_a if {\n}\ntest_b(x) if {\n"
    )
    assert ["mercat/rules/content/x_test/test_quiet_a"] == names_of_tests(source)
    assert [] == names_of_tests("test_a if {\n}\n")


def test_a_rule_is_tried_whole_and_without_each_objection() -> None:
    """Objections go by their title, or by their number where they have none."""
    whole, first, second = trials_of({PLACE: RULE}, {BESIDE: TESTS})

    assert [None, "Too red", "objection 2"] == [whole.missed, first.missed, second.missed]
    assert ("content/x", 4) == (whole.rule, len(whole.tests))
    assert "input.a == 1" not in first.modules[PLACE]
    assert "input.a == 2" in first.modules[PLACE]
    assert "input.a == 2" not in second.modules[PLACE]


def test_the_only_objection_leaves_an_empty_set_behind() -> None:
    """Without any objection there would be no set at all, and every test would fail for that."""
    alone = RULE[: RULE.index("reasons contains reason if {\n\tinput.a == 2")]
    _, without = trials_of({PLACE: alone}, {BESIDE: TESTS})
    assert 'reasons contains "nothing"' in without.modules[PLACE]


def test_the_gate_is_tried_once_with_every_rule() -> None:
    """It puts together what all of them say."""
    (trial,) = trials_of(
        {**GATE, PLACE: RULE}, {"gate/gate_test.rego": "package mercat.gate_test\n"}
    )
    assert {"gate/gate.rego", PLACE, "gate/gate_test.rego"} == set(trial.modules)


def test_as_many_quiet_tests_as_loud_ones_are_enough() -> None:
    """Two loud tests and two quiet ones are the least."""
    assert [] == said({BESIDE: TESTS})


@pytest.mark.parametrize(
    ("tests", "sentence"),
    [
        ({}, "has no tests"),
        ({BESIDE: TESTS.replace("loud_1", "quiet_2")}, "has 1 loud tests"),
        ({BESIDE: TESTS.replace("quiet_1", "loud_2")}, "has 1 quiet tests"),
        ({BESIDE: TESTS + "test_both if {\n}\n"}, "neither test_quiet_"),
        ({BESIDE: TESTS, "content/y/y_test.rego": TESTS}, "tries a rule that is not there"),
    ],
)
def test_what_is_wanting_is_said_with_its_cure(tests: dict[str, str], sentence: str) -> None:
    """A rule without tests of both kinds fails, and so does a test without a rule."""
    assert [True] == [sentence in each for each in said(tests)]
