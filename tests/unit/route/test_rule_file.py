"""The rules file: what a service manager gets wrong is named with its line and cure."""

import pytest

from services.route.rule_file import RoutingRules, rules_check
from services.runtime.errors import SettingsError
from services.runtime.yaml_lines import parse_yaml
from tests.unit.route.samples import SETTINGS

WIRE = "- {name: Wire, when: {words: [live wire*]}, then: {theme: lamps-dangerous}}\n"


def read(text: str) -> RoutingRules:
    """Return the rules that a list of them holds, checked against the sample town."""
    return parse_yaml(f"rules:\n{text}", RoutingRules, "rules.yaml", rules_check(SETTINGS))


def test_rule_is_read_as_a_manager_writes_it() -> None:
    """A lone entry needs no brackets, and a theme implies its team."""
    text = """
- name: Wire down
  when: {words: [wire down, "cable* on the pavement"], language: no, place: Harbour Row}
  then: {theme: lamps-dangerous, priority: emergency, deadline: 2 hours}
"""

    (rule,) = read(text).rules

    assert (rule.when.language, rule.when.place) == (("no",), ("Harbour Row",))
    assert rule.team_by(SETTINGS) == "lighting"
    assert str(rule.then.deadline) == "2 hours"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- {name: A, when: {}, then: {team: roads}}", "line 2: rules[1].when: is empty, so"),
        ("- {name: A, when: {words: x}, then: {}}", "rules[1].then: names neither a theme nor a"),
        ("- {name: A, when: {words: x}, then: {team: rods}}", "no team 'rods'; did you mean roads"),
        ("- {name: A, when: {words: x}, then: {theme: pothole}}", "did you mean potholes?"),
        (
            "- {name: A, when: {words: x}, then: {theme: potholes, team: lighting}}",
            "rules[1].then.theme: 'potholes' is a theme of roads; take out the team",
        ),
        (
            "- {name: A, when: {place: [Harbor Row]}, then: {team: roads}}",
            "rules[1].when.place[1]: there is no place 'Harbor Row'; did you mean Harbour Row?",
        ),
        (f"{WIRE}- {{name: wire, when: {{words: x}}, then: {{team: roads}}}}", "line 3: rules[2]"),
        ("- {name: A, when: {word: x}, then: {team: roads}}", "did you mean words?"),
        ("- {name: A, when: {language: english}, then: {team: roads}}", "(given: english)"),
    ],
)
def test_wrong_rule_is_named(text: str, expected: str) -> None:
    """Each fault is one sentence with its line."""
    with pytest.raises(SettingsError) as caught:
        read(text)

    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("earlier", "later", "reached"),
    [
        ("words: [wire*]", "words: [live wires, wire down]", False),
        ("words: [wire*]", "words: [live wires, cable]", True),
        ("words: [wire*]", "{words: [wires], language: [en]}", False),
        ("{words: [wires], language: [en]}", "words: [wires]", True),
        ("language: [en, cy]", "language: [cy]", False),
        ("place: [Port Mercat]", "{place: [the harbour], words: [gull]}", False),
        ("place: [Harbour Row]", "place: [Mill Lane]", True),
        ("urgency: [urgent]", "words: [wires]", True),
        ("words: [wires]", "urgency: [urgent]", True),
        ("account: [Mercatburgh]", "account: [mercatburgh]", False),
    ],
)
def test_rule_behind_a_wider_one_is_named(earlier: str, later: str, *, reached: bool) -> None:
    """A rule that an earlier one leaves nothing is a mistake, and the earlier one is named."""
    first, second = (each if each.startswith("{") else f"{{{each}}}" for each in (earlier, later))
    text = (
        f"- {{name: First, when: {first}, then: {{team: roads}}}}\n"
        f"- {{name: Second, when: {second}, then: {{team: lighting}}}}\n"
    )

    if reached:
        assert len(read(text).rules) == 2
        return
    with pytest.raises(SettingsError) as caught:
        read(text)

    assert "rules.yaml line 3: rules[2]: can never be reached, since rule 1 ('First')" in str(
        caught.value
    )
