"""The rules that come with a newer Mercat: followed, offered, or left alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_rules import Delivery
from services.policy.delivered_rules import merged
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import RuleSet, rule_set_of_files
from services.runtime.system_clock import SystemClock
from tests.speaking_town import SpeakingTown, make_speaking_folder

LIMITS, FORM = "data/limits.yaml", "data/form.yaml"
WHY = "People asked for it."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[SpeakingTown]:
    """A town with two governance officers, and the delivered rules in force."""
    made = SpeakingTown(make_speaking_folder(tmp_path), SystemClock())
    made.set_up()
    order: dict[str, Any] = {"name": "Gus", "address": "gus@town.example"}
    made.do("add-person", "", login="gus", roles=("governance",), **order)
    yield made
    made.speaking.close()
    made.stop()


def noted(rule_set: RuleSet, *places: str) -> RuleSet:
    """Return a set with a comment more in some files."""
    more = {place: rule_set.files[place] + "# A note.\n" for place in places}
    return rule_set_of_files({**rule_set.files, **more})


def bring(town: SpeakingTown, rule_set: RuleSet) -> tuple[int, list[dict[str, Any]]]:
    """Start with a program that brings these; return the number in force and the open changes."""
    speaking = town.speaking
    Delivery(town.embedded, speaking.sealer, speaking.rules_key).bring(rule_set)
    row = town.row("rules_in_force", "rules")
    assert row is not None, "rules are in force from the start"
    return int(str(row["number"])), [dict(each) for each in town.store.select("rule_changes_open")]


def make_own(town: SpeakingTown) -> RuleSet:
    """Have two officers change the rules; return the body's own."""
    own = noted(town.speaking.rules.rule_set, LIMITS)
    order: dict[str, Any] = {"title": "A note", "why": WHY, "files": dict(own.files)}
    change = town.do("propose-rules", "gail", **order)
    town.do("approve-rules", "gus", change_id=change["id"], digest=change["digest"])
    town.do("activate-rules", "gail", change_id=change["id"])
    return own


def test_a_body_without_rules_of_its_own_follows_what_is_delivered(town: SpeakingTown) -> None:
    """By itself, under the next number, noted by the program; an older program changes nothing."""
    newer = noted(read_rule_set(), FORM)

    assert (2, []) == bring(town, newer)
    assert (2, []) == bring(town, newer), "once is enough"
    assert (2, []) == bring(town, read_rule_set()), "an older program"

    kinds = [row["kind"] for row in town.store.select("audit_chain_after", ("rules", 0, 9))]
    assert ["rules.delivered", "rules.delivered"] == kinds


def test_a_body_with_rules_of_its_own_is_offered_what_is_delivered(town: SpeakingTown) -> None:
    """Nothing changes but for what two people agree to; it is offered once."""
    own = make_own(town)

    number, (change,) = bring(town, noted(read_rule_set(), FORM))

    assert (2, "proposed", "mercat") == (number, change["state"], change["author_id"])
    assert 1 == len(bring(town, noted(read_rule_set(), FORM))[1])
    agreed = town.do("approve-rules", "gail", change_id=change["id"], digest=change["digest"])
    town.do("activate-rules", "gail", change_id=agreed["id"])
    town.speaking.rules.look()
    files = town.speaking.rules.rule_set.files
    assert own.files[LIMITS] == files[LIMITS], "the body's own file stays its own"
    assert files[FORM].endswith("# A note.\n"), "the file it never touched follows"


def test_where_both_changed_a_file_the_bodys_own_stays() -> None:
    """Which ones they are is said, so that an officer can look."""
    base = read_rule_set()
    own, newer = noted(base, LIMITS), noted(noted(base, LIMITS), LIMITS, FORM)

    after, kept = merged(own, base, newer)

    assert [LIMITS] == kept
    assert own.files[LIMITS] == after.files[LIMITS]
    assert newer.files[FORM] == after.files[FORM]


def test_files_that_came_or_went_with_a_version_follow() -> None:
    """A test that was dropped is dropped, and one that came comes."""
    base = read_rule_set()
    gone = next(iter(base.tests))
    come = "content/more/more_test.rego"
    newer = rule_set_of_files({**{p: t for p, t in base.files.items() if p != gone}, come: ""})

    after, kept = merged(noted(base, LIMITS), base, newer)

    assert [] == kept
    assert gone not in after.files
    assert come in after.files
