"""Verification of the audit: every chain from its first entry to its head, and what others keep.

Names, for each chain, the first entry that is not as it was written, and says what is wrong with it
in a sentence. It reads, and believes nothing that it cannot recompute.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from services.policy.audit_checkpoints import Checkpoint, Exported, checkpoint_of, sound_run
from services.policy.audit_entries import Head, StoredEntry, chain_entries, heads_of
from services.policy.sealing import NONE, SEALED, WITHHELD
from services.runtime.audit_entry import HOUSE_CHAIN, Sealer
from services.runtime.errors import PayloadForgedError
from services.runtime.ports import Store
from services.store.chain import GENESIS, entry_hash, entry_id

PAGE_ROWS: Final = 500
ERASED_KIND: Final = "subject.erased"
RETENTION_KIND: Final = "retention.applied"
IN_DATABASE: Final = "in the database"
EXPORTED: Final = "in the exported file"
COLUMNS: Final = ("chain", "at_ms", "kind", "subject", "actor_id", "case_id", "act_id")


class Fault(NamedTuple):
    """The first thing wrong in a place: a chain and a sequence, or checkpoints (sequence None)."""

    place: str
    sequence: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    `verified` says up to which entry each chain is as it was written; `exported_number` which
    exported checkpoint it was held against, without which a shortened or rebuilt chain passes.
    """

    faults: Sequence[Fault]
    verified: Mapping[str, int]
    entries: int
    payloads_opened: int
    payloads_gone: int
    one_officer: int
    checkpoints: int
    exported_number: int | None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def first(self) -> Fault | None:
        """The first thing that is wrong."""
        return self.faults[0] if self.faults else None


@dataclass
class Accounted:
    """Payloads that may be gone: of whom an erasure names, and of what a retention covers."""

    subjects: set[str] = field(default_factory=set)
    kinds_before_ms: dict[str, int] = field(default_factory=dict)

    def note(self, entry: StoredEntry) -> None:
        """Take in an entry of the house chain that explains missing payloads."""
        facts: Mapping[str, Any] = entry.said.get("facts", {})
        before_ms = facts.get("before_ms")
        if entry.kind == ERASED_KIND:
            self.subjects.add(str(facts.get("subject")))
        elif entry.kind == RETENTION_KIND and isinstance(before_ms, int):
            for kind in str(facts.get("kinds", "")).split():
                self.kinds_before_ms[kind] = max(before_ms, self.kinds_before_ms.get(kind, 0))

    def explains(self, entry: StoredEntry) -> bool:
        """Return whether this entry's payload may be gone."""
        return entry.subject in self.subjects or any(
            entry.kind.startswith(kinds) and entry.at_ms < before_ms
            for kinds, before_ms in self.kinds_before_ms.items()
        )


@dataclass
class Tally:
    """What a verification counts on its way, and what it opens payloads with.

    `account` reads anew what erasures and retentions account for: one may come meanwhile.
    """

    sealer: Sealer | None = None
    account: Callable[[], Accounted] = Accounted
    entries: int = 0
    opened: int = 0
    payloads_gone: int = 0
    one_officer: int = 0
    accounted: Accounted | None = None

    def explains(self, entry: StoredEntry) -> bool:
        """Return whether an entry's payload may be gone."""
        if self.accounted is None or not self.accounted.explains(entry):
            self.accounted = self.account()
        return self.accounted.explains(entry)


Witness = tuple[bytes, str]
"""The hash that a checkpoint gives for an entry, and the checkpoint's name in a sentence."""


def verify_audit(
    store: Store,
    public_key: bytes,
    sealer: Sealer | None = None,
    exported: Exported | None = None,
) -> Report:
    """Verify everything the store holds of the audit, against itself and against what was exported.

    `public_key` is this installation's checkpoint key; with a `sealer`, every payload still there
    is opened and compared with its commitment. Entries written meanwhile are left for next time.
    """
    ends = {str(row["chain"]): int(str(row["sequence"])) for row in store.select("audit_ends")}
    kept, unsound = sound_run(_checkpoints(store), public_key, IN_DATABASE)
    outside, forged = sound_run(
        exported.checkpoints if exported else (),
        exported.public_key if exported else public_key,
        EXPORTED,
    )
    heads = heads_of(store)
    witnesses = _witnesses(kept, outside)
    tally = Tally(sealer, lambda: _accounted_in(chain_entries(store, HOUSE_CHAIN)))
    verified: dict[str, int] = {}
    chains = [*heads, *sorted((ends.keys() | witnesses.keys()) - heads.keys())]
    found: list[Fault] = []
    for chain in chains:
        upto, fault = verify_chain(
            chain,
            chain_entries(store, chain),
            heads.get(chain),
            witnesses.get(chain, {}),
            tally,
        )
        verified[chain] = upto
        fault = fault or _behind_head(chain, ends.get(chain, 0), heads.get(chain))
        if fault is not None:
            found.append(fault)
    sentences = [unsound, forged, *_disagreements(kept, outside, exported, public_key)]
    found += [Fault("checkpoints", None, each) for each in sentences if each]
    return Report(
        faults=found,
        verified=verified,
        entries=tally.entries,
        payloads_opened=tally.opened,
        payloads_gone=tally.payloads_gone,
        one_officer=tally.one_officer,
        checkpoints=len(kept),
        exported_number=outside[-1].number if outside else None,
    )


def verify_chain(
    chain: str,
    entries: Iterable[StoredEntry],
    head: Head | None,
    witnesses: Mapping[int, Witness],
    tally: Tally,
) -> tuple[int, Fault | None]:
    """Return up to which sequence a chain is sound, and its first fault."""
    last, previous = 0, GENESIS
    agreed = 0
    end = head.sequence if head else 0
    for entry in entries:
        if head is not None and entry.sequence > end:
            # Written since the heads were read.
            break
        sentence = _entry_fault(chain, entry, last + 1, previous) or _payload_fault(entry, tally)
        if sentence is None and entry.sequence in witnesses:
            hashed, name = witnesses[entry.sequence]
            if hashed != entry.hash:
                sentence = (
                    f"is not what {name} was signed over: the chain was written anew "
                    f"somewhere behind entry {agreed}"
                )
            agreed = entry.sequence
        if sentence is not None:
            return last, Fault(
                chain, min(entry.sequence, last + 1), _named(chain, last + 1, sentence)
            )
        tally.entries += 1
        tally.one_officer += bool(entry.said.get("one_officer"))
        last, previous = entry.sequence, entry.hash
    return last, _end_fault(chain, last, previous, head, witnesses)


def _entry_fault(chain: str, entry: StoredEntry, wanted: int, previous: bytes) -> str | None:
    if entry.sequence != wanted or entry.id != entry_id(chain, wanted):
        return f"is missing; what stands in its place is entry {entry.sequence} ({entry.id})"
    if not all(isinstance(part, bytes) for part in (entry.body, entry.hash, entry.previous_hash)):
        return "was changed: a part of it is gone"
    if entry.previous_hash != previous:
        return (
            "does not follow the entry before it: it was exchanged with another, or the one "
            "before it was written anew"
        )
    if entry_hash(chain, wanted, entry.previous_hash, entry.body) != entry.hash:
        return "was changed: its hash is not that of what it says"
    said = {**entry.said, "actor_id": entry.said.get("actor", {}).get("person_id")}
    for column in COLUMNS:
        if said.get(column) != getattr(entry, column):
            return f"was changed: its column {column} is not what its body says"
    return None


def _payload_fault(entry: StoredEntry, tally: Tally) -> str | None:
    payload = entry.said.get("payload")
    if payload == SEALED:
        return _sealed_fault(entry, tally)
    if payload not in (NONE, WITHHELD):
        return "does not say what became of its payload"
    return "has a payload beside it, and says that it has none" if entry.ciphertext else None


def _sealed_fault(entry: StoredEntry, tally: Tally) -> str | None:
    if entry.ciphertext and entry.salt is not None:
        if tally.sealer is None:
            return None
        try:
            opened = tally.sealer.open(entry.subject, entry.body, entry.salt, entry.ciphertext)
        except PayloadForgedError as error:
            return f"has a payload that is not its own: {error}"
        if opened is not None:
            tally.opened += 1
            return None
    tally.payloads_gone += 1
    if tally.explains(entry):
        return None
    return "has lost its payload or its key, and no erasure or retention accounts for it"


def _end_fault(
    chain: str, last: int, hashed: bytes, head: Head | None, witnesses: Mapping[int, Witness]
) -> Fault | None:
    missing = [sequence for sequence in witnesses if sequence > last]
    if missing:
        name = witnesses[min(missing)][1]
        sentence = f"is missing: the chain ends early, and {name} goes up to entry {min(missing)}"
    elif head is None:
        sentence = "has no head behind it: the chain's head was taken away"
    elif last < head.sequence:
        sentence = f"is missing: the chain ends early, its head says entry {head.sequence}"
    elif hashed != head.hash:
        return Fault(chain, last, _named(chain, last, "is not the one the chain's head was set to"))
    else:
        return None
    return Fault(chain, last + 1, _named(chain, last + 1, sentence))


def _behind_head(chain: str, end: int, head: Head | None) -> Fault | None:
    """The ends were read before the heads: no chain that was left alone is longer than its head."""
    if head is None or end <= head.sequence:
        return None
    sentence = "stands behind the head of its chain: the head was set back, or it was written in"
    return Fault(chain, head.sequence + 1, _named(chain, head.sequence + 1, sentence))


def _named(chain: str, sequence: int, what: str) -> str:
    return f"Entry {sequence} of chain {chain} {what}."


def _accounted_in(house: Iterable[StoredEntry]) -> Accounted:
    accounted = Accounted()
    for entry in house:
        if entry.kind in (ERASED_KIND, RETENTION_KIND):
            accounted.note(entry)
    return accounted


def _checkpoints(store: Store) -> Iterator[Checkpoint]:
    after = 0
    while rows := store.select("audit_checkpoints_after", (after, PAGE_ROWS)):
        checkpoints = [checkpoint_of(row) for row in rows]
        yield from checkpoints
        after = checkpoints[-1].number


def _disagreements(
    kept: Sequence[Checkpoint],
    outside: Sequence[Checkpoint],
    exported: Exported | None,
    public_key: bytes,
) -> Iterator[str]:
    if exported is None:
        return
    if exported.public_key != public_key:
        yield (
            "The exported file is signed by another key than this installation has: "
            "it is another body's file, or the keys were exchanged."
        )
        return
    bodies = {checkpoint.number: checkpoint.body for checkpoint in kept}
    for checkpoint in outside:
        if bodies.get(checkpoint.number, checkpoint.body) != checkpoint.body:
            yield f"Checkpoint {checkpoint.number} {IN_DATABASE} is not the one that was exported."
            return
    newest = max((checkpoint.number for checkpoint in outside), default=0)
    if newest > max(bodies, default=0):
        yield (
            f"Checkpoint {newest} was exported and is no longer {IN_DATABASE}: "
            "the database was set back, or its checkpoints were taken away."
        )


def _witnesses(
    kept: Iterable[Checkpoint], outside: Iterable[Checkpoint]
) -> dict[str, dict[int, Witness]]:
    """Return what each checkpoint says of each chain, what was exported above what was kept."""
    witnesses: dict[str, dict[int, Witness]] = {}
    for place, checkpoints in ((IN_DATABASE, kept), (EXPORTED, outside)):
        for checkpoint in checkpoints:
            name = f"checkpoint {checkpoint.number} {place}"
            for chain, head in checkpoint.heads.items():
                witnesses.setdefault(chain, {})[head.sequence] = (head.hash, name)
    return witnesses
