"""A signed revision: what makes one be refused, and that only the sound one is taken."""

from typing import Any

import pytest

from services.policy.eddsa_token import token_claims
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import RuleSet, content_digest, rule_set_bytes
from services.policy.signed_rules import Revision, RulesKey, revision_row, verified_rules
from services.runtime.effects import Row
from services.runtime.errors import InputInvalidError
from tests.rules_keys import OTHERS_KEY, RULES_KEY

NUMBER = 4


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    """The rules that come with Mercat."""
    return read_rule_set()


def signed(rule_set: RuleSet, key: RulesKey = RULES_KEY, **values: Any) -> Row:
    """Return a revision's row, its values as given before they were signed."""
    plain: dict[str, Any] = {
        "number": NUMBER,
        "revision": rule_set.bundle.revision,
        "content_id": content_digest(rule_set_bytes(rule_set)),
        "origin": "change",
        "change_id": "change-1",
        "made_at_ms": 1,
    }
    return revision_row(Revision(**(plain | values)), key)


def test_a_sound_revision_gives_its_rules(rule_set: RuleSet) -> None:
    """What was signed is what comes into force, to the last comment."""
    content: Row = {"content": rule_set_bytes(rule_set)}

    taken = verified_rules(signed(rule_set), content, RULES_KEY, NUMBER - 1)

    assert rule_set.files == taken.files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"signature": ""}, "not signed"),
        ({"signature": None}, "not signed"),
        ({"signature": "e30.e30.e30"}, "not signed"),
        ({"signature": "\xe9.\xe9.\xe9"}, "not signed"),
        ({"number": NUMBER + 1}, "row was changed"),
        ({"revision": "0" * 64}, "row was changed"),
        ({"content_id": "0" * 64}, "row was changed"),
        ({"origin": "delivered"}, "row was changed"),
    ],
)
def test_a_row_that_was_tampered_with_is_refused(
    rule_set: RuleSet, change: dict[str, Any], said: str
) -> None:
    """Whatever is set in the database without the key is no revision."""
    content: Row = {"content": rule_set_bytes(rule_set)}

    with pytest.raises(InputInvalidError, match=said):
        verified_rules({**signed(rule_set), **change}, content, RULES_KEY, 0)


@pytest.mark.parametrize("after", [NUMBER, NUMBER + 1])
def test_an_old_number_is_refused_however_well_signed(rule_set: RuleSet, after: int) -> None:
    """A bundle that was in force once is not brought back by setting its number."""
    content: Row = {"content": rule_set_bytes(rule_set)}

    with pytest.raises(InputInvalidError, match="old one"):
        verified_rules(signed(rule_set), content, RULES_KEY, after)


def test_content_that_is_missing_cut_or_changed_is_refused(rule_set: RuleSet) -> None:
    """Half of a set is no set, and nor is one with a letter more."""
    whole = rule_set_bytes(rule_set)

    for content in (None, {"content": None}, {"content": whole[:-1]}, {"content": whole + b" "}):
        with pytest.raises(InputInvalidError, match="content"):
            verified_rules(signed(rule_set), content, RULES_KEY, 0)


def test_what_is_signed_and_is_no_set_is_refused(rule_set: RuleSet) -> None:
    """Even the right key makes no rules of other bytes, nor of another revision."""
    empty = b"{}"
    row = signed(rule_set, content_id=content_digest(empty))

    with pytest.raises(InputInvalidError, match="no set of rules"):
        verified_rules(row, {"content": empty}, RULES_KEY, 0)
    with pytest.raises(InputInvalidError, match="another revision"):
        verified_rules(
            signed(rule_set, revision="0" * 64),
            {"content": rule_set_bytes(rule_set)},
            RULES_KEY,
            0,
        )


def test_another_key_signs_nothing(rule_set: RuleSet) -> None:
    """The key is the installation's; one of the same name that it does not hold is none."""
    content: Row = {"content": rule_set_bytes(rule_set)}

    with pytest.raises(InputInvalidError, match="not signed"):
        verified_rules(signed(rule_set, OTHERS_KEY), content, RULES_KEY, 0)
    with pytest.raises(InputInvalidError, match="not kept"):
        verified_rules(None, content, RULES_KEY, 0)


def test_a_token_says_what_was_signed_by_the_key_of_its_name() -> None:
    """The same claims make the same token; under another name it does not count."""
    token = RULES_KEY.sign({"a": 1})

    assert token == RULES_KEY.sign({"a": 1})
    assert {"a": 1} == token_claims(token, RULES_KEY.private.public_key(), "test-1")
    with pytest.raises(InputInvalidError):
        token_claims(token, RULES_KEY.private.public_key(), "test-2")


def test_a_key_does_not_show_itself() -> None:
    """What prints a key prints its name."""
    assert "RulesKey(test-1)" == repr(RULES_KEY)
