"""One story told both ways: in one process with regopy, and over PostgreSQL with OPA.

Salts, ids and times are handed in, so that everything must come out equal to the last byte.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from services.policy import system_sealer
from services.policy.sealing import SALT_BYTES, entry_sealed
from services.publish.sender import SenderRunner
from services.runtime.audit_entry import AuditNote, SealedEntry
from services.runtime.clock import ManualClock
from tests.conftest import START
from tests.scaled_town import ScaledTown
from tests.simulation.speaking_remains import Deed, deeds_in
from tests.speaking_town import ACCOUNTS, SpeakingTown, make_speaking_folder, post_id

TABLES: Final = {
    "acts": "acts_after",
    "persons": "persons",
    "halts": "halts",
    "accounts": "accounts",
}
ROWS_MAX: Final = 1_000
TURNS: Final = 12
SPOKEN: Final = ("house", *(f"account:{account}" for account in ACCOUNTS))
CHAINS: Final = ("rules", *SPOKEN)
ENTRY: Final = ("chain", "sequence", "kind", "subject", "actor_id", "act_id", "at_ms", "body")
VERDICTS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What is left of the story: chains, rows, verdicts, sendings, deeds in public."""

    chains: Mapping[str, Sequence[Mapping[str, Any]]]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    verdicts: Sequence[Mapping[str, Any]]
    sendings: Sequence[Mapping[str, Any] | None]
    deeds: Sequence[Deed]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Put counted values in the place of chance; calling it begins the count anew.

    Each length has its own count: every process draws a short name for itself, and there are more
    processes one way than the other.
    """
    numbers: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)

    def counted(kind: str, length: int) -> bytes:
        drawn_as = f"{kind} {length}"
        return sha256(f"{drawn_as} {next(numbers[drawn_as])}".encode()).digest()[:length]

    sealed = entry_sealed

    def salted(note: AuditNote, at_ms: int, payload: bytes, *given: Any) -> SealedEntry:
        salt = sha256(f"{note.chain} {note.kind} {at_ms}".encode() + payload).digest()
        key, _, nonce = given
        return sealed(note, at_ms, payload, key, salt[:SALT_BYTES], nonce)

    opened = "services.bootstrap_speaking_foundation"
    monkeypatch.setattr(f"{opened}.fresh_id", lambda: f"{next(numbers['id']):032x}")
    monkeypatch.setattr(f"{opened}.fresh_token", lambda: f"{next(numbers['token']):043d}")
    monkeypatch.setattr("secrets.token_hex", lambda length=32: counted("hex", length).hex())
    monkeypatch.setattr("secrets.token_bytes", lambda length=32: counted("bytes", length))
    monkeypatch.setattr(system_sealer, "entry_sealed", salted)
    return numbers.clear


def test_both_ways_tell_one_story(
    drawn: Callable[[], None], tmp_path: Path, address: str, opa_port: int
) -> None:
    """Verdicts, rows, what is public, and every chain's entries and hashes are equal."""
    for way in ("one", "many"):
        (tmp_path / way).mkdir()
    drawn()
    one = _in_one_process(make_speaking_folder(tmp_path / "one"))
    drawn()
    many = _over_postgres(make_speaking_folder(tmp_path / "many"), address, opa_port)

    assert one.deeds == many.deeds
    assert one.verdicts == many.verdicts
    assert one.sendings == many.sendings
    assert one.rows == many.rows
    assert one.chains == many.chains
    assert {3, 2} <= {len(one.deeds), len({deed.account for deed in one.deeds})}
    assert {"allow", "hold", "deny"} == {verdict["decision"] for verdict in one.verdicts}
    assert all(len(one.chains[chain]) > len(ACCOUNTS) for chain in SPOKEN)
    assert 1 == len(one.chains["rules"])


def _in_one_process(folder: Path) -> Told:
    clock = ManualClock(START)
    town = SpeakingTown(folder, clock)
    try:
        acts = _story(town, clock, town.speaking.senders)
        return _told(town, acts)
    finally:
        town.stop()


def _over_postgres(folder: Path, address: str, opa_port: int) -> Told:
    clock = ManualClock(START)
    town = ScaledTown(folder, address, opa_port, clock)
    publish = town.publish()
    try:
        acts = _story(town, clock, publish.senders.all)
        return _told(town, acts)
    finally:
        publish.stop()
        town.stop()


def _story(town: SpeakingTown, clock: ManualClock, senders: Sequence[SenderRunner]) -> list[str]:
    """Have people write, agree, take back, halt and release; return the acts, in order."""
    town.set_up()
    acts: list[str] = []

    def write(account: str, text: str, post: int | None = None) -> Mapping[str, Any]:
        clock.advance(60)
        answers = {"post_id": post_id(post)} if post is not None else {"kind": "statement"}
        named = answers if post is not None else {**answers, "account": account}
        act = town.do("draft", "ann", text=text, **named)
        acts.append(str(act["id"]))
        return town.do("propose", "ann", act_id=act["id"])

    def agree(act: Mapping[str, Any]) -> None:
        clock.advance(5)
        town.do("approve", "bob", act_id=act["id"], digest=act["digest"])

    def send() -> None:
        for _ in range(TURNS):
            clock.advance(2)
            for sender in senders:
                sender.turn()

    agree(write("library", "The library opens at nine on Saturday."))
    agree(write("town", "It is emptied on Friday.", post=1))
    send()
    write("library", "Ring Jo Public at home on 01632 960123.")
    write("library", "We promise that every book will be bought.")
    taken_back = write("library", "The library is shut for good.")
    agree(taken_back)
    town.do("withdraw", "ann", act_id=taken_back["id"], why="it is not so")
    agree(write("town", "And on Monday too.", post=2))
    town.do("halt", "otto", kind="everything", why="as ordered")
    send()
    for who in ("gail", "dee"):
        town.do("release", who, kind="everything", why="all is well")
    send()
    return acts


def _told(town: SpeakingTown, acts: Sequence[str]) -> Told:
    store = town.store
    asked: dict[str, tuple[Any, ...]] = {"acts": ("", ROWS_MAX), "persons": (ROWS_MAX,)}
    return Told(
        chains={
            chain: [
                {**{name: row[name] for name in ENTRY}, "hash": row["hash"]}
                for row in store.select("audit_chain_after", (chain, 0, ROWS_MAX))
            ]
            for chain in CHAINS
        },
        rows={table: store.select(query, asked.get(table, ())) for table, query in TABLES.items()},
        verdicts=[
            row
            for act in acts
            for row in store.select("audit_verdicts_of_act", (act, VERDICTS_MAX))
        ],
        sendings=[town.row("sendings", act) for act in acts],
        deeds=deeds_in(town.folder / "house.sqlite"),
    )
