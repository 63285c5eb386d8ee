"""Cells, sentences, redaction and signatures: the pure parts of a package."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.policy.audit_export import plain_cell
from services.policy.audit_sentences import told
from services.policy.blanking import blanked_event
from services.policy.configuration import OwnContacts
from services.policy.file_verify_export import ORDER, is_signed
from services.policy.redaction import Redactor
from tests.fakes import append_of, received


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_begins_like_a_formula_is_marked(start: str) -> None:
    """The mark stands before the first character."""
    assert f"'{start}1+1" == plain_cell(f"{start}1+1")


@given(text=st.text())
def test_other_cells_stay_as_they_are(text: str) -> None:
    """At most one character is added, in front."""
    assert plain_cell(text) in (text, f"'{text}")


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ],
)
def test_the_published_examples_of_signatures_hold(
    secret: str, public: str, message: str, signature: str
) -> None:
    """The first two examples of RFC 8032, section 7.1."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))

    assert bytes.fromhex(signature) == key.sign(bytes.fromhex(message))
    assert is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@given(message=st.binary(max_size=100), flip=st.integers(0, 511))
def test_a_signature_holds_for_its_message_alone(message: bytes, flip: int) -> None:
    """One bit of the signature, or one byte more of the message, and it does not."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    flipped = bytearray(signature)
    flipped[flip // 8] ^= 1 << flip % 8

    assert is_signed(public, message, signature)
    assert not is_signed(public, message + b"x", signature)
    assert not is_signed(public, message, bytes(flipped))


def test_what_is_no_signature_is_refused() -> None:
    """Other lengths, points off the curve and a number over the order are none."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    number = int.from_bytes(signature[32:], "little") + ORDER

    assert not is_signed(public[:31], b"m", signature)
    assert not is_signed(public, b"m", signature[:63])
    assert not is_signed(b"\xff" * 32, b"m", signature)
    assert not is_signed(b"\x02" + bytes(31), b"m", signature)
    assert not is_signed(public, b"m", signature[:32] + number.to_bytes(32, "little"))


def test_an_entry_of_any_kind_has_a_sentence() -> None:
    """What is known is told in plain words, and what is not by its name."""
    assert "A reply was published." == told(
        "sending.sent", {"facts": {"act_kind": "reply"}}, "moira"
    )
    assert "moira did what is recorded as odd.{kind}." == told("odd.{kind}", {}, "moira")


def test_redaction_masks_texts_and_leaves_out_what_names_somebody() -> None:
    """Lists and objects are gone through, the body's own numbers stay, and all is logged."""
    redactor = Redactor(OwnContacts(phones=("020 7946 0000",)), {"@ann": "[person 1]"})

    value = redactor.value(
        {"text": "@ann rang 020 7946 0123, not 020 7946 0000", "remote_id": "h1", "n": [1, "b"]},
        "e1",
    )

    assert {
        "text": "[person 1] rang [phone], not 020 7946 0000",
        "remote_id": "[left out]",
        "n": [1, "b"],
    } == value
    assert {"phone", "a name", "remote id"} == {each.what for each in redactor.log}


def test_a_text_too_long_to_be_read_is_left_out() -> None:
    """What cannot be looked through is not handed out as if it had been."""
    redactor = Redactor(OwnContacts())

    assert "[left out]" == redactor.text("x" * 20_001, "e1")
    assert "too long" in redactor.log[0].why


def test_an_event_loses_what_one_author_said_and_no_more() -> None:
    """Another author's event, and what is no event, stay as they are."""
    value = append_of(received(1, "Ring me", author="@ann@social.example")).value

    blanked = blanked_event(value, "test", "@ann@social.example")

    assert blanked is not None
    assert b"Ring me" not in blanked
    assert b"@ann" not in blanked
    assert b"mercat.posts.received.v1" in blanked
    assert blanked_event(value, "test", "@bob@social.example") is None
    assert blanked_event(value, "other", "@ann@social.example") is None
    assert blanked_event(b"no json", "test", "a") is None
    assert blanked_event(b"[]", "test", "a") is None
