"""Which rules a rehearsal asks again, and which it leaves as they were recorded."""

import pytest

from services.policy.bundle import GATE
from services.policy.rehearsal_plan import (
    data_read,
    facts_read,
    only_read,
    part_of,
    plan_of,
    reads_findings,
)
from services.policy.rule_data import LIST_DATA
from tests.unit.policy.rehearsals import ANGER, EMOJI, SHIPPED, bundle, data, source


def test_nothing_is_run_where_nothing_changed() -> None:
    """The same rules leave nothing to be seen."""
    plan = plan_of(SHIPPED, bundle())

    assert plan.is_empty


def test_a_changed_rule_is_run_alone() -> None:
    """Another sentence in one rule asks that rule."""
    plan = plan_of(SHIPPED, bundle(content__anger=f"{source(ANGER)}\n# Another end.\n"))

    assert ((ANGER,), (ANGER,), (), ()) == (plan.run, plan.read, plan.gone, plan.lists)


def test_a_new_rule_is_run_and_one_that_went_is_named() -> None:
    """A rule that comes has to be asked, and what one that goes had said no longer counts."""
    fresh = source(ANGER).replace("content.anger", "content.fresh")

    plan = plan_of(SHIPPED, bundle(EMOJI, content__fresh=fresh))

    assert (("content/fresh",), (EMOJI,)) == (plan.run, plan.gone)


def test_a_figure_runs_the_rules_that_read_it() -> None:
    """Another limit of emoji asks the rule about emoji, and no other."""
    plan = plan_of(SHIPPED, bundle(data=data("limits", emoji_max=1)))

    assert ((EMOJI,), (EMOJI,), ()) == (plan.run, plan.read, plan.lists)


def test_consent_that_others_may_give_runs_every_rule_that_names_it() -> None:
    """What holds a figure that changed counts as the figure itself."""
    need = {"roles": ["governance"], "count": 1}

    plan = plan_of(SHIPPED, bundle(data=data("approvals", content=need)))

    assert {ANGER, EMOJI} <= {*plan.run}
    assert "content/personal_data" not in plan.run


def test_a_list_of_words_runs_rules_only_where_words_read_otherwise() -> None:
    """No rule changed, so none is asked of an act in which the same is found."""
    plan = plan_of(SHIPPED, bundle(data=data("form", hosts_shortening=[])))

    assert ((), ("form",)) == (plan.run, plan.lists)
    assert ANGER in plan.read
    assert "authority/four_eyes" not in plan.read


def test_unknown_rules_of_then_run_everything() -> None:
    """Where nobody knows what was asked then, nothing that was recorded is kept."""
    plan = plan_of(None, SHIPPED)

    assert SHIPPED.manifest == plan.run
    assert tuple(LIST_DATA) == plan.lists


def test_another_gate_runs_everything() -> None:
    """What puts answers together may put them together otherwise."""
    after = bundle()
    other = part_of(after, after.manifest)
    changed = {**other.modules, GATE: f"{other.modules[GATE]}\n# Other.\n"}

    plan = plan_of(SHIPPED, type(other)("r", other.manifest, changed, other.data))

    assert (SHIPPED.manifest, ()) == (plan.run, plan.lists)


def test_figures_that_facts_are_counted_by_are_named() -> None:
    """Who changes how long answers count as the same is told that nothing is counted again."""
    same = {**SHIPPED.data["authority"]["same_text"], "words_min": 99}

    plan = plan_of(SHIPPED, bundle(data=data("authority", same_text=same)))

    assert ("authority.same_text.words_min",) == plan.recounted


def test_a_part_has_the_gate_and_what_was_asked_for() -> None:
    """A part of a bundle is a bundle: it can be asked by itself."""
    part = part_of(SHIPPED, [ANGER])

    assert ((ANGER,), 2) == (part.manifest, len(part.modules))


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("x := data.mercat.data.limits.emoji_max", {("limits", "emoji_max")}),
        ("x := data.mercat.data.authority.own[input.account.id]", {("authority", "own")}),
        ("import data.mercat.data.limits as l", {("limits",)}),
        ('x := data.mercat.data["limits"]', {()}),
        ("# data.mercat.data.limits is not read", set()),
        ('x := "data.mercat.data.limits"', set()),
    ],
)
def test_a_rule_reads_the_places_that_its_source_names(
    line: str, places: set[tuple[str, ...]]
) -> None:
    """Words in comments and strings are none; a place that is put together is all of it."""
    assert places == data_read(line)


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("input.findings.emoji > 2", True),
        ("facts := input", True),
        ('input["findings"]', True),
        ("input.account.mode == input.phase", False),
        ("# input.findings", False),
    ],
)
def test_a_rule_may_read_findings_unless_it_names_other_facts_alone(
    line: str, *, reads: bool
) -> None:
    """In doubt a rule is asked."""
    assert reads == reads_findings(line)


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("input.findings.wording.anger", {("findings", "wording")}),
        ("input.phase", {("phase",)}),
        ("not input.account.mode == input.act.kind", {("account", "mode"), ("act", "kind")}),
        ("input.findings[name]", {("findings",)}),
        ("object.get(input, [name], 0)", {()}),
    ],
)
def test_a_rule_reads_the_facts_that_its_source_names(
    line: str, places: set[tuple[str, ...]]
) -> None:
    """Two steps are told apart; what lies deeper is handed over with them."""
    assert places == facts_read(line)


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        ([("a", "x")], {"a": {"x": 1}}),
        ([("a", "x"), ("a",)], {"a": {"x": 1, "y": 2}}),
        ([("b",), ("a", "y")], {"a": {"y": 2}, "b": None}),
        ([("b", "z"), ("gone",), ("a", "gone")], {"a": {}, "b": None}),
        ([("b",), ()], {"a": {"x": 1, "y": 2}, "b": None, "c": 3}),
        ([], {}),
    ],
)
def test_what_no_rule_reads_is_not_handed_over(
    places: list[tuple[str, ...]], kept: dict[str, object]
) -> None:
    """Null stays null and a place that is not there stays away: a rule sees what it always saw."""
    assert kept == only_read({"a": {"x": 1, "y": 2}, "b": None, "c": 3}, places)
