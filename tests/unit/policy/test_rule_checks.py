"""What an engine would pass over in silence is found in the sources of rules."""

import pytest

from services.policy.rule_checks import faults_of

ABOUT = "# METADATA\n# title: A rule\n# description: What it is for.\n"
HEAD = f"{ABOUT}package mercat.rules.content.x\n\n"


def said(body: str) -> list[str]:
    """Return what is wrong with a rule that has a body."""
    places = {"content/x/x.rego": f"{HEAD}{body}\n"}
    return [fault.sentence for fault in faults_of(places, frozenset({"count", "object.get"}))]


@pytest.mark.parametrize(
    "body",
    [
        "a := input.findings.wording.blame",
        "a := input.findings.personal_data_kinds.phone",
        "a := input.actor.grant.live",
        "a := input.approvals[_].approver",
        "a := count(input.approvals)",
        'a := object.get({}, "lower(x)", 1)',
        "# lower(x) and input.nothing",
        "twice(x) := 2 * x\na := twice(1)",
        "a if {\n\tnot (input.now == 1)\n}",
        f"{ABOUT}reasons contains 1 if {{\n\tinput.now == 1\n}}",
    ],
)
def test_sound_sources_are_let_pass(body: str) -> None:
    """Facts that there are, functions that engines do alike, words in strings and comments."""
    assert [] == said(body)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('a := lower("A")', "lower(...) is not done alike"),
        ("a := http.send({})", "http.send(...) is not done alike"),
        ("a := input.acount.mode", "no fact input.acount.mode ('acount'"),
        ("a := input.findings.wording.blam", "('blam' is not known)"),
        ("a := input.actor.grants", "('grants' is not known)"),
        ("reasons contains 1 if {\n\ttrue\n}", "has no title and no description"),
        ("# METADATA\n# title: A\nreasons contains 1 if {\n}", "has no description"),
    ],
)
def test_what_would_silence_a_rule_is_said(body: str, sentence: str) -> None:
    """A fact misspelt, a function that engines do each in its own way, an objection unexplained."""
    assert [True] == [sentence in each for each in said(body)]


def test_a_fault_names_its_line() -> None:
    """Lines count from one, in the file as it is."""
    (fault,) = faults_of({"content/x/x.rego": f"{HEAD}\n\na := input.nothing"}, frozenset())
    assert ("content/x/x.rego", 8) == (fault.path, fault.line)
