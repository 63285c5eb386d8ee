"""Which high-impact acts a change newly allows, by name."""

from collections.abc import Callable

import pytest

from services.policy.difference import difference
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_classes import newly_allowed
from services.policy.rule_set import RuleSet, rule_set_of_files

AUTHORITY, GATE = "data/authority.yaml", "gate/gate.rego"
TRUST = "authority/trust/trust.rego"
BEGINNING = ("beginning on level first",)
FOUR_EYES = "authority/four_eyes/four_eyes.rego"


@pytest.fixture(scope="module")
def delivered() -> RuleSet:
    """The rules that come with Mercat."""
    return read_rule_set()


def allowed(before: RuleSet, after: RuleSet) -> tuple[str, ...]:
    """Return what a change newly allows."""
    return newly_allowed(before, after, difference(before, after))


@pytest.mark.parametrize(
    ("place", "change", "expected"),
    [
        (AUTHORITY, lambda t: t.replace("[delete, block]", "[block]"), ("kind delete",)),
        (AUTHORITY, lambda t: t.replace("[delete, block]", "[delete, block, mute]"), ()),
        (AUTHORITY, lambda t: t.replace("modes: [emergency]", "modes: []"), ("mode emergency",)),
        (
            AUTHORITY,
            lambda t: t.replace("links_elsewhere: true", "links_elsewhere: false"),
            ("posts with links elsewhere",),
        ),
        (AUTHORITY, lambda t: t.replace("count: 2", "count: 1"), ("every high-impact act",)),
        (GATE, lambda t: t + "# A line.\n", ("every act",)),
        (FOUR_EYES, lambda t: t + "# A line.\n", ("what authority/four_eyes holds",)),
        (AUTHORITY, lambda t: t + "# A line.\n", ()),
        (TRUST, lambda t: t + "# A line.\n", ("what authority/trust holds",)),
        (
            AUTHORITY,
            lambda t: t.replace("[statement, reply, repost]", "[statement, reply, repost, hide]"),
            ("kind hide by curators",),
        ),
        (AUTHORITY, lambda t: t.replace("[statement, reply, repost]", "[reply]"), ()),
        (
            AUTHORITY,
            lambda t: t.replace("roles: [curator]", "roles: []"),
            ("moderation by curator",),
        ),
        (AUTHORITY, lambda t: t.replace("begins: every", "begins: first"), BEGINNING),
        (
            AUTHORITY,
            lambda t: t.replace("origins: [takeover, rota]", "origins: [takeover]"),
            ("what whoever speaks by rota begins with",),
        ),
    ],
)
def test_what_needs_less_consent_than_before_is_named(
    delivered: RuleSet, place: str, change: Callable[[str], str], expected: tuple[str, ...]
) -> None:
    """What is made stricter, or only explained, is no new leave."""
    text = change(delivered.files[place])
    assert text != delivered.files[place]

    after = rule_set_of_files({**delivered.files, place: text})

    assert expected == allowed(delivered, after)


def test_a_rule_that_asks_for_consent_and_is_taken_out_is_named(delivered: RuleSet) -> None:
    """Nobody takes the second person out among other things."""
    files = {place: text for place, text in delivered.files.items() if "four_eyes" not in place}

    found = allowed(delivered, rule_set_of_files(files))

    assert "what authority/four_eyes holds" in found
