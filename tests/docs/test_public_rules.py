"""What officers read about the public page is what the page does."""

import re

from services.policy.public_rules import GROUPS
from services.policy.rules_in_public import FEWER_THAN
from tests.docs.documents import ROOT


def test_the_groups_an_officer_may_name_are_those_there_are() -> None:
    """In their order; `content` is where a rule stands that names none."""
    text = " ".join((ROOT / "docs" / "policy.md").read_text("utf-8").split())

    (listed,) = re.findall(r"one of the page's headings \(([^)]*)\)", text)

    assert [group for group in GROUPS if group != "content"] == re.findall(r"`([a-z]+)`", listed)


def test_the_smallest_count_that_is_told_stands_in_the_document() -> None:
    """In words, as the page says it."""
    text = (ROOT / "docs" / "policy.md").read_text("utf-8")

    assert 5 == FEWER_THAN
    assert "“fewer than 5”" in text
