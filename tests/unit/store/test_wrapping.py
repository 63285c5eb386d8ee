"""Wrapped keys and sealed bytes open at their own place alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.errors import PayloadForgedError
from services.store.wrapping import opened, place_of, sealed, unwrapped, wrapped

MASTER = bytes(range(32))
NONCE = b"n" * 12


@given(plain=st.binary(max_size=200), place=st.binary(max_size=50))
def test_what_was_sealed_is_opened_again(plain: bytes, place: bytes) -> None:
    """Any bytes come back unchanged, and do not show in what was sealed."""
    closed = sealed(MASTER, NONCE, plain, place)

    assert plain == opened(MASTER, closed, place)
    assert len(plain) < 4 or plain not in closed


@given(place=st.integers(0, 79))
def test_one_bit_changed_anywhere_is_refused(place: int) -> None:
    """Form, nonce, ciphertext and tag are all under the seal."""
    closed = bytearray(
        sealed(MASTER, NONCE, b"a data key of some fifty bytes, to be kept apart!", b"p")
    )
    closed[place % len(closed)] ^= 1

    with pytest.raises(PayloadForgedError):
        opened(MASTER, bytes(closed), b"p")


def test_a_key_is_bound_to_its_row_and_table() -> None:
    """A wrapped key copied to another row, or to another table, opens nothing there."""
    closed = wrapped(MASTER, NONCE, b"k" * 32, "subject_keys", "person:a")

    assert b"k" * 32 == unwrapped(MASTER, closed, "subject_keys", "person:a")
    for table, row in (("subject_keys", "person:b"), ("vault_secrets", "person:a")):
        with pytest.raises(PayloadForgedError):
            unwrapped(MASTER, closed, table, row)


def test_another_master_opens_nothing() -> None:
    """A wrapped key tells a stranger's key that it is no key of theirs."""
    closed = wrapped(MASTER, NONCE, b"k" * 32, "subject_keys", "body")

    with pytest.raises(PayloadForgedError, match="another key"):
        unwrapped(bytes(32), closed, "subject_keys", "body")


@pytest.mark.parametrize("cut", [0, 1, 12, 28])
def test_what_is_cut_short_is_refused(cut: int) -> None:
    """Fewer bytes than form, nonce and tag are no sealed value."""
    with pytest.raises(PayloadForgedError, match="cut short"):
        opened(MASTER, sealed(MASTER, NONCE, b"x", b"p")[:cut], b"p")


def test_a_nonce_of_another_length_is_a_bug() -> None:
    """Nonces are 12 bytes, and nothing is sealed under any other."""
    with pytest.raises(ValueError, match="12 bytes"):
        sealed(MASTER, b"short", b"x", b"p")


@given(
    one=st.lists(st.text(max_size=5), max_size=4), other=st.lists(st.text(max_size=5), max_size=4)
)
def test_places_differ_where_their_parts_do(one: list[str], other: list[str]) -> None:
    """Where one part ends and the next begins is part of the place."""
    assert (one == other) is (place_of(*one) == place_of(*other))
