"""What lies between two sets of rules, as people are shown it."""

import json
from collections.abc import Callable, Mapping

import pytest

from services.policy.difference import VALUE_LENGTH_MAX, DataChange, difference, difference_of
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import RuleSet, rule_set_of_files

RULE = "package mercat.rules.content.brevity\n\nreasons := set()\n"
PLACE = "content/brevity/brevity.rego"
LIMITS = "data/limits.yaml"


@pytest.fixture(scope="module")
def delivered() -> RuleSet:
    """The rules that come with Mercat."""
    return read_rule_set()


def changed(before: RuleSet, change: Callable[[str], str], place: str) -> RuleSet:
    """Return a set with one file written otherwise."""
    return rule_set_of_files({**before.files, place: change(before.files.get(place, ""))})


def without(before: RuleSet, place: str) -> RuleSet:
    """Return a set without one file."""
    return rule_set_of_files({name: text for name, text in before.files.items() if name != place})


def test_a_set_does_not_differ_from_itself(delivered: RuleSet) -> None:
    """Nothing is made up, and nothing would be answered otherwise."""
    found = difference(delivered, read_rule_set())

    assert (True, False) == (found.is_nothing, found.changes_answers)


def test_rules_come_and_go_by_name(delivered: RuleSet) -> None:
    """What one direction adds, the other removes."""
    more = rule_set_of_files({**delivered.files, PLACE: RULE})

    assert ("content/brevity",) == difference(delivered, more).added
    assert ("content/brevity",) == difference(more, delivered).removed
    assert difference(delivered, more).changes_answers


def test_a_rule_that_reads_otherwise_is_changed(delivered: RuleSet) -> None:
    """Its name is said once; the gate is no rule and is told apart."""
    before = rule_set_of_files({**delivered.files, PLACE: RULE})
    after = changed(before, lambda text: text + "# A line.\n", PLACE)
    gate = changed(before, lambda text: text + "# A line.\n", "gate/gate.rego")

    assert ("content/brevity",) == difference(before, after).changed
    assert ((), True) == (difference(before, gate).changed, difference(before, gate).gate)


def test_a_figure_is_told_with_its_old_and_its_new_value(delivered: RuleSet) -> None:
    """The path is the one an officer finds in the file."""
    old = delivered.data["limits"]["emoji_max"]

    after = changed(
        delivered, lambda text: text.replace(f"emoji_max: {old}", f"emoji_max: {old + 1}"), LIMITS
    )

    found = difference(delivered, after)
    assert (DataChange("limits.emoji_max", str(old), str(old + 1)),) == found.data
    assert {"limits"} == found.files
    assert () == found.comments


def test_of_a_list_what_went_and_what_came_is_told(delivered: RuleSet) -> None:
    """A list of hundreds is not repeated for one entry."""
    roles = delivered.data["approvals"]["content"]["roles"]
    added = next(role for role in ("ops", "auditor") if role not in roles)

    def more(text: str) -> str:
        head, content, tail = text.partition("\ncontent:")
        return head + content + tail.replace("roles: [", f"roles: [{added}, ", 1)

    after = changed(delivered, more, "data/approvals.yaml")

    expected = DataChange("approvals.content.roles", None, json.dumps([added]))
    assert (expected,) == difference(delivered, after).data


def test_another_order_of_a_list_is_told_whole(delivered: RuleSet) -> None:
    """Nothing went and nothing came, and yet it is not the same."""
    turned = {**delivered.data, "limits": {"list": [2, 1]}}
    before = {**delivered.data, "limits": {"list": [1, 2]}}

    found = difference(with_data(delivered, before), with_data(delivered, turned))

    assert (DataChange("limits.list", "[1, 2]", "[2, 1]"),) == found.data


def test_values_that_come_go_or_are_long_are_bounded(delivered: RuleSet) -> None:
    """A key that is new has no value before, and no value fills a page."""
    before = with_data(delivered, {"limits": {"gone": 1, "kind": True}})
    after = with_data(delivered, {"limits": {"come": "x" * 5_000, "kind": 1}})

    come, gone, kind = difference(before, after).data

    assert (None, VALUE_LENGTH_MAX + 1) == (come.before, len(come.after or ""))
    assert DataChange("limits.gone", "1", None) == gone
    assert DataChange("limits.kind", "true", "1") == kind


def test_comments_and_tests_are_told_and_change_no_answer(delivered: RuleSet) -> None:
    """Who agrees sees all there is, and sees that verdicts stay as they are."""
    place = next(iter(delivered.tests))
    noted = changed(delivered, lambda text: text + "# Why.\n", LIMITS)

    found = difference(delivered, without(noted, place))

    assert ((place,), ("limits",)) == (found.tests, found.comments)
    assert (False, False) == (found.is_nothing, found.changes_answers)


def test_a_difference_can_be_kept_and_taken_up_again(delivered: RuleSet) -> None:
    """What is told as JSON holds all there is."""
    after = rule_set_of_files({**delivered.files, PLACE: RULE})
    found = difference(with_data(delivered, {"limits": {"n": 1}}), after)

    assert found == difference_of(json.loads(json.dumps(found.as_json())))


def with_data(rule_set: RuleSet, data: Mapping[str, object]) -> RuleSet:
    """Return a set whose data are these, whatever its texts say."""
    return RuleSet(rule_set.modules, rule_set.tests, rule_set.data_texts, data)
