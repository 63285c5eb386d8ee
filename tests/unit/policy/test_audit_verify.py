"""Any one change to any chain is found, at the place where it was made or just behind it."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.policy.audit_entries import Head, StoredEntry
from services.policy.audit_verify import Accounted, Tally, verify_chain
from services.policy.sealing import canonical, entry_without_payload
from services.runtime.effects import Row
from services.store.chain import linked
from tests.audit_notes import AT_MS, note

CHAIN = "house"
LENGTHS = st.integers(2, 12)
Change = Callable[[list[StoredEntry], int], int]


def chain_of(count: int) -> tuple[list[StoredEntry], Head]:
    """Return a chain as the store's writer links it, and its head."""
    entries: list[StoredEntry] = []
    head: tuple[int, bytes] | None = None
    for number in range(count):
        sealed = entry_without_payload(note(number, payload={}), AT_MS + number)
        link = linked(head, sealed)
        row: Row = {**link.entry, **link.payload, "id": link.entry_id}
        entries.append(StoredEntry(*(row[name] for name in StoredEntry._fields)))  # type: ignore[arg-type] # as the row has them
        head = entries[-1].sequence, entries[-1].hash
    assert head is not None
    return entries, Head(*head)


def flipped(entries: list[StoredEntry], at: int) -> int:
    """Flip a bit of a body; return the sequence to be named."""
    body = bytearray(entries[at].body)
    body[len(body) // 2] ^= 1
    entries[at] = entries[at]._replace(body=bytes(body))
    return at + 1


def rehashed(entries: list[StoredEntry], at: int) -> int:
    """Change an entry's own hash."""
    entries[at] = entries[at]._replace(hash=bytes(32))
    return at + 1


def dropped(entries: list[StoredEntry], at: int) -> int:
    """Drop an entry."""
    del entries[at]
    return at + 1


def doubled(entries: list[StoredEntry], at: int) -> int:
    """Put an entry in twice."""
    entries.insert(at, entries[at])
    return at + 2


def swapped(entries: list[StoredEntry], at: int) -> int:
    """Exchange an entry with the first one, or the first with the last."""
    other = 0 if at else len(entries) - 1
    one, two = entries[at], entries[other]
    entries[at] = two._replace(id=one.id, sequence=one.sequence)
    entries[other] = one._replace(id=two.id, sequence=two.sequence)
    return min(at, other) + 1


def written_in(entries: list[StoredEntry], at: int) -> int:
    """Write an entry anew with a fitting hash, and leave those behind it."""
    before = (at, entries[at].previous_hash)
    body = canonical({**entries[at].said, "act_id": "forged"})
    sealed = entry_without_payload(note(at, payload={}), AT_MS)._replace(body=body)
    hashed = linked(before if at else None, sealed).entry["hash"]
    assert isinstance(hashed, bytes)
    entries[at] = entries[at]._replace(body=body, hash=hashed, act_id="forged")
    # Itself it fits; what no longer does is the next entry, or the head.
    return min(at + 2, len(entries))


CHANGES: Sequence[Change] = (flipped, rehashed, dropped, doubled, swapped, written_in)


@given(count=LENGTHS)
def test_a_chain_left_alone_is_sound(count: int) -> None:
    """Every entry up to the head is counted."""
    entries, head = chain_of(count)
    tally = Tally()

    assert (count, None) == verify_chain(CHAIN, entries, head, {}, tally)
    assert count == tally.entries


@given(count=LENGTHS, place=st.integers(0, 11), change=st.sampled_from(CHANGES))
def test_any_one_change_is_found_and_the_first_bad_entry_named(
    count: int, place: int, change: Change
) -> None:
    """Whatever was done and wherever, the sentence begins with the entry it was done to."""
    entries, head = chain_of(count)
    wanted = change(entries, place % count)

    sound, fault = verify_chain(CHAIN, entries, head, {}, Tally())

    assert fault is not None
    assert f"Entry {wanted} of chain house " in fault.sentence
    assert sound <= wanted


@given(count=LENGTHS, kept=st.integers(0, 11))
def test_a_tail_cut_off_with_its_head_is_found_by_a_witness(count: int, kept: int) -> None:
    """What a checkpoint was signed over must still be there."""
    entries, head = chain_of(count)
    kept %= count
    shorter = Head(kept, entries[kept - 1].hash) if kept else None
    witness = {head.sequence: (head.hash, "checkpoint 1")}

    _, alone = verify_chain(CHAIN, entries[:kept], shorter, {}, Tally())
    _, held = verify_chain(CHAIN, entries[:kept], shorter, witness, Tally())

    assert (alone is None) is (kept > 0)
    assert held is not None
    assert kept + 1 == held.sequence


def test_only_what_accounts_for_a_payload_excuses_it() -> None:
    """An erasure names its subject, a retention its kinds and its moment."""
    (entry, *_), _ = chain_of(2)
    erased, retired = Accounted(), Accounted()
    for accounted, kind, facts in (
        (erased, "subject.erased", {"subject": entry.subject}),
        (retired, "retention.applied", {"kinds": "act- person.", "before_ms": AT_MS + 1}),
        (retired, "retention.applied", {"kinds": "sending.", "before_ms": "no number"}),
    ):
        accounted.note(entry._replace(kind=kind, body=canonical({"facts": facts})))

    assert erased.explains(entry)
    assert not erased.explains(entry._replace(subject="person:q"))
    assert retired.explains(entry)
    assert not retired.explains(entry._replace(at_ms=AT_MS + 1))
    assert not retired.explains(entry._replace(kind="sending.sent"))
