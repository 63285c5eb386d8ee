"""Bundles: what names them, and what is no bundle."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.policy.bundle import Bundle, bundle_of
from services.runtime.errors import SettingsError

GATE_SOURCE = "package mercat.gate\nanswer := 1\n"
RULE_SOURCE = "package mercat.rules.content.length\nreasons := set()\n"
RULE = "content/length/length.rego"


def bundle(data: Mapping[str, Any] = {}, modules: Mapping[str, str] = {}) -> Bundle:
    """Return a bundle of the gate and one rule, with some sources changed or added."""
    sources = {"gate/gate.rego": GATE_SOURCE, RULE: RULE_SOURCE}
    return bundle_of({**sources, **modules}, data)


def test_the_manifest_lists_rules_in_order() -> None:
    """The gate is no rule, and the order of files is no matter."""
    other = "package mercat.rules.authority.halt\nreasons := set()\n"

    made = bundle(modules={"authority/halt/halt.rego": other})

    assert ("authority/halt", "content/length") == made.manifest


def test_the_revision_is_that_of_the_content() -> None:
    """The same rules and data have one name; another word or figure gives another."""
    changed = RULE_SOURCE + "# a remark\n"

    assert bundle({"a": {"n": 1}}).revision == bundle({"a": {"n": 1}}).revision
    revisions = {
        bundle().revision,
        bundle({"a": {"n": 1}}).revision,
        bundle({"a": {"n": 2}}).revision,
        bundle(modules={RULE: changed}).revision,
    }
    assert 4 == len(revisions)


def test_rules_see_the_data_and_the_gate_what_there_is_to_run() -> None:
    """What engines load beside the sources has a fixed place."""
    made = bundle({"approvals": {"n": 1}})

    told = {
        "revision": made.revision,
        "rules": [["content/length", "content", "length"]],
    }
    assert {"mercat": {"data": {"approvals": {"n": 1}}, "bundle": told}} == made.documents


@pytest.mark.parametrize(
    ("path", "source", "said"),
    [
        (RULE, "package mercat.rules.content.other\n", "its package must be"),
        (RULE, "reasons := set()\n", "it is none"),
        (RULE, RULE_SOURCE + "x := `\npackage mercat.rules.authority.halt\n`\n", "it is mercat"),
        ("content/length/other.rego", RULE_SOURCE, "a rule lies at"),
        ("content/length.rego", RULE_SOURCE, "a rule lies at"),
        ("content/sub/length/length.rego", RULE_SOURCE, "a rule lies at"),
        ("gate/gate.rego", "package gate\n", "its package must be mercat.gate"),
        (RULE, RULE_SOURCE + "x := data.mercat.rules.authority.halt.reasons\n", "see"),
        (RULE, RULE_SOURCE + "import data.mercat.gate\n", "see"),
        (RULE, RULE_SOURCE + 'x := data["mercat"].rules\n', "see"),
        (RULE, RULE_SOURCE + "x := data\n", "see"),
        (RULE, RULE_SOURCE + "#" * 70_000, "is over 65,536 bytes"),
    ],
)
def test_what_is_no_bundle_is_refused(path: str, source: str, said: str) -> None:
    """A rule that could pass for another, or leans on one, is named with its file."""
    with pytest.raises(SettingsError) as refused:
        bundle(modules={path: source})

    assert said in str(refused.value)
    assert path in str(refused.value)


def test_words_about_data_are_no_look_at_another_rule() -> None:
    """Texts and remarks may say what they like, and a rule may read its own figures."""
    source = RULE_SOURCE + 'x := "data.mercat.rules" # data.x\ny := data.mercat.data.approvals.n\n'

    assert ("content/length",) == bundle(modules={RULE: source}).manifest


def test_a_bundle_needs_its_gate() -> None:
    """Without the module that puts answers together there is nothing to ask."""
    with pytest.raises(SettingsError, match="is missing"):
        bundle_of({RULE: RULE_SOURCE}, {})


def test_bundles_are_bounded() -> None:
    """More rules than a verdict can list, or more data than is sensible, are refused."""
    many = {
        f"content/r{number}/r{number}.rego": f"package mercat.rules.content.r{number}\n"
        for number in range(257)
    }
    with pytest.raises(SettingsError, match="over 256 rules"):
        bundle_of({"gate/gate.rego": GATE_SOURCE} | many, {})
    with pytest.raises(SettingsError, match="over 1,000,000 bytes"):
        bundle({"a": "x" * 1_000_001})
