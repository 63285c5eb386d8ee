"""A rule as the public reads it: taken from what is in force, whoever wrote it."""

from typing import Any

import pytest

from services.policy.bundle import Bundle
from services.policy.public_rules import PublicRule, consent_words, public_groups

ABOUT = """\
# METADATA
# title: Emoji
# description: >-
#   Few of them,
#   if any.
# custom:
#   group: reading
"""
HOLD = """\
# METADATA
# title: Too many
# description: Over the secret threshold of 7.
reasons contains reason if {
\treason := {
\t\t"severity": "hold", # not "severity": "deny"
\t\t"citation": citation,
\t\t"need": data.mercat.data.approvals.content,
\t}
}
"""
LONE = HOLD.replace('\t\t"need": data.mercat.data.approvals.content,\n', "")
DENY = LONE.replace('"severity": "hold"', '"severity": "deny"')
CITED = 'citation := "House rules: \\"few\\"."\n'
TWO: dict[str, Any] = {"roles": ["approver", "duty-officer", "governance"], "count": 2}


def rule(*objections: str, about: str = ABOUT, **needs: Any) -> PublicRule:
    """Return the one rule of a bundle as it is told."""
    source = f"{about}package mercat.rules.content.emoji\n\n{''.join(objections)}{CITED}"
    data = {"approvals": {"content": {"roles": ["approver"], "count": 1}} | needs}
    path = "content/emoji/emoji.rego"
    bundle = Bundle("r" * 64, ("content/emoji",), {path: source}, data)
    ((found,),) = [group.rules for group in public_groups(bundle)]
    return found


def test_a_rule_is_told_in_the_words_above_its_package() -> None:
    """Not in those above its objections, which may say what to look for."""
    told = rule(HOLD)

    assert ("Emoji", "Few of them, if any.", "reading") == (told.title, told.stops, told.group)
    assert ('House rules: "few".',) == told.why
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    ("objections", "then"),
    [
        ((HOLD,), "The draft waits until an approver agrees."),
        ((DENY,), "The draft is never sent; nobody can let it go."),
        (
            (LONE,),
            "The draft waits, and nobody's consent lets it go until the reason for it is gone.",
        ),
        (
            (DENY, HOLD),
            "Some drafts are never sent; nobody can let them go. "
            "Some drafts wait until an approver agrees.",
        ),
        (
            (HOLD, LONE),
            "Some drafts wait until an approver agrees. Some drafts wait, and nobody's consent "
            "lets them go until the reason for it is gone.",
        ),
        (
            (LONE.replace('"hold"', '"advice"'),),
            "The draft goes out; whoever writes it is told.",
        ),
    ],
)
def test_what_happens_is_read_from_the_rule(objections: tuple[str, ...], then: str) -> None:
    """Remarks in it count for nothing."""
    assert then == rule(*objections).then


def test_whose_consent_it_takes_is_read_from_the_data_in_force() -> None:
    """An officer who changes it changes the page."""
    told = rule(HOLD, content=TWO)

    who = "an approver, a duty officer or a governance officer"
    assert f"The draft waits until two people agree, each of them {who}." == told.then
    assert "a curate agrees" == consent_words({"roles": ["a curate"], "count": 1})


@pytest.mark.parametrize(
    "about",
    [
        "",
        "# METADATA\n# title: [\n",
        "# METADATA\n# - a list\n",
        "# METADATA\n# title: 7\n# description: {a: b}\n# custom: none\n",
        "# METADATA\n# custom:\n#   group: elsewhere\n",
    ],
)
def test_a_rule_without_such_words_is_told_by_its_name(about: str) -> None:
    """Whatever stands there is no reason to leave a rule out."""
    told = rule(HOLD, about=about)

    assert ("Emoji", "", "content") == (told.title, told.stops, told.group)


def test_groups_come_in_their_order_and_unknown_ones_behind() -> None:
    """A body's own concern is called as its folder is."""
    names = ("content/emoji", "own_concern/bells", "authority/pace")
    modules = {
        f"{name}/{name.split('/')[1]}.rego": f"package mercat.rules.{name.replace('/', '.')}\n"
        for name in names
    }
    groups = public_groups(Bundle("r" * 64, tuple(sorted(names)), modules, {}))

    assert ["authority", "content", "own_concern"] == [group.id for group in groups]
    assert "Own concern" == groups[-1].title
