"""What stands in the chain for ever, and what is only committed to."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.sealing import (
    Pseudonyms,
    canonical,
    check_commitment,
    citizen_subject,
    entry_sealed,
    entry_without_payload,
    payload_of,
    payload_opened,
    read_body,
)
from services.runtime.errors import InputInvalidError, PayloadForgedError
from tests.audit_notes import AT_MS, OFFICER, note

KEY = bytes(32)
SALT = b"s" * 32
NONCE = b"n" * 12
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(value=st.dictionaries(st.text(max_size=6), JSON, max_size=6))
def test_an_object_has_one_form_and_comes_back_from_it(value: dict[str, object]) -> None:
    """The order in which keys were set does not show, and nothing is lost."""
    turned = dict(reversed(list(value.items())))

    assert canonical(value) == canonical(turned)
    assert value == json.loads(canonical(value))
    assert canonical(value).isascii()


@pytest.mark.parametrize("value", [{"a": {1, 2}}, {"a": float("nan")}, {"a": b"bytes"}])
def test_what_json_cannot_hold_is_refused(value: dict[str, object]) -> None:
    """A note that another reader could not read is not written."""
    with pytest.raises(InputInvalidError, match="what JSON cannot"):
        canonical(value)


def test_the_body_says_who_did_what_when_and_under_which_roles() -> None:
    """Everything that is asked of a record stands in the chain, and no word of the payload."""
    entry = entry_sealed(note(7), AT_MS, b'{"text":"Ring me"}', KEY, SALT, NONCE)

    assert {
        "act_id": f"{7:032d}",
        "actor": {
            "credential_id": "t1",
            "person_id": "b" * 32,
            "roles": ["approver"],
            "signed_in_by": "token",
        },
        "at_ms": AT_MS,
        "case_id": "c" * 32,
        "chain": "house",
        "commitment": "914aad25205d6078e88dcf84df3f85467754e31ba55ae0d4e820a11948bad0fe",
        "facts": {"digest": "d" * 64, "number": 7},
        "kind": "act-drafted",
        "one_officer": False,
        "payload": "sealed",
        "subject": "citizen:" + "0" * 32,
    } == read_body(entry.body)
    assert b"Ring" not in entry.body + entry.ciphertext


def test_a_sealed_payload_opens_under_its_own_body_alone() -> None:
    """A payload laid beside another entry of the same person is refused."""
    one = entry_sealed(note(1), AT_MS, b'{"text":"one"}', KEY, SALT, NONCE)
    two = entry_sealed(note(2), AT_MS, b'{"text":"one"}', KEY, SALT, NONCE)

    assert b'{"text":"one"}' == payload_opened(KEY, one.subject, one.body, SALT, one.ciphertext)
    with pytest.raises(PayloadForgedError):
        payload_opened(KEY, two.subject, two.body, SALT, one.ciphertext)


@pytest.mark.parametrize(("salt", "payload"), [(SALT, b"other"), (b"t" * 32, b"said")])
def test_another_payload_or_salt_breaks_the_commitment(salt: bytes, payload: bytes) -> None:
    """The chain holds to exactly one payload under one salt."""
    body = entry_sealed(note(), AT_MS, b"said", KEY, SALT, NONCE).body
    check_commitment(body, SALT, b"said")

    with pytest.raises(PayloadForgedError, match="committed to"):
        check_commitment(body, salt, payload)


def test_a_reason_is_sealed_with_the_payload() -> None:
    """A person's own words are erasable like any others."""
    reasoned = note(payload={"text": "x"}, actor=replace(OFFICER, why="She asked for it"))

    assert b'{"text":"x","why":"She asked for it"}' == payload_of(reasoned)


def test_a_note_of_facts_alone_has_nothing_to_erase() -> None:
    """No payload, no salt, no commitment, and the body says so."""
    entry = entry_without_payload(note(payload={}), AT_MS)

    assert (b"", b"") == (entry.salt, entry.ciphertext)
    assert ("none", None) == (
        read_body(entry.body)["payload"],
        read_body(entry.body)["commitment"],
    )


def test_what_is_too_long_is_refused_with_a_cure() -> None:
    """Payloads, facts and their number are bounded, since entries stay for ever."""
    with pytest.raises(InputInvalidError, match="name a digest"):
        payload_of(note(payload={"text": "x" * 65_600}))
    with pytest.raises(InputInvalidError, match="belong in the payload"):
        entry_without_payload(note(facts={"text": "x" * 513}), AT_MS)
    with pytest.raises(InputInvalidError, match="facts of"):
        entry_without_payload(note(facts={f"f{i}": i for i in range(65)}), AT_MS)
    with pytest.raises(InputInvalidError, match="subject"):
        entry_without_payload(note(subject=""), AT_MS)


@given(names=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), unique=True))
def test_every_author_of_every_source_has_a_name_of_their_own(
    names: list[tuple[str, str]],
) -> None:
    """No two authors share a subject, and a stranger's key gives none of them."""
    subjects = {citizen_subject(KEY, *name) for name in names}

    assert len(names) == len(subjects)
    assert not subjects & {citizen_subject(SALT, *name) for name in names}


def test_a_pseudonym_and_its_key_do_not_show() -> None:
    """Neither the subject nor the object that makes it tells of whom or of the key."""
    names = Pseudonyms(b"k" * 32)

    assert "ann" not in names.citizen("feed", "@ann@social.example")
    assert "k" * 32 not in repr(names)
