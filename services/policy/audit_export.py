"""What a package of records holds, file by file, as lines and values: pure."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from services.policy.audit_checkpoints import Checkpoint
from services.policy.audit_entries import Head, StoredEntry
from services.policy.audit_sentences import details, people_named, told
from services.policy.redaction import Redactor
from services.policy.sealing import SEALED, person_subject
from services.runtime.actor import OPERATOR_ID, PROGRAM_ID, Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote, Sealer
from services.runtime.clock import from_epoch_ms

SelectionKind = Literal["case", "person", "account", "range", "subject", "staff"]
CSV_HEADINGS: Final = (
    *("when", "what", "who", "roles", "signed_in_by", "account_or_house", "entry", "case"),
    *("act", "kind", "words", "details"),
)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SEARCHES: Final[Mapping[str, str]] = {
    "case": "audit_of_case",
    "person": "audit_of_actor",
    "account": "audit_of_account",
    "range": "audit_of_range",
    "subject": "audit_of_subject",
}

PayloadState = Literal["open", "redacted", "none", "gone"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for: one case, what a person did, an account, a time, or all about somebody.

    `value` is the case's id, the person's id, the account's id, or a subject; `staff` is all about
    one of the body's own people and all they did, by their id. From and until are in milliseconds,
    until not included.
    """

    kind: SelectionKind
    value: str = ""
    from_ms: int = 0
    until_ms: int = 1 << 52

    @property
    def searches(self) -> Sequence[tuple[str, str | int]]:
        """The searches that find its entries, each with what it looks for."""
        if self.kind == "staff":
            about = person_subject(self.value)
            return (_SEARCHES["subject"], about), (_SEARCHES["person"], self.value)
        sought: str | int = f"account:{self.value}" if self.kind == "account" else self.value
        return ((_SEARCHES[self.kind], self.until_ms if self.kind == "range" else sought),)

    @property
    def sentence(self) -> str:
        """What the package says it is."""
        what = {
            "case": f"Everything on record of case {self.value}",
            "person": f"Everything on record that {self.value} did",
            "account": f"Everything on record of the account {self.value}",
            "range": "Everything on record",
            "subject": f"Everything on record about {self.value}",
            "staff": f"Everything on record about {self.value}, and all that they did",
        }[self.kind]
        after = f", from {_moment(self.from_ms)}" if self.from_ms else ""
        before = f", until {_moment(self.until_ms)}" if self.until_ms < 1 << 52 else ""
        return f"{what}{after}{before}"


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as it is handed out: proof, words, and what it says in plain words."""

    entry: StoredEntry
    said: Mapping[str, Any]
    actor: str
    payload: Mapping[str, Any] | None
    payload_json: str | None
    state: PayloadState
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What happened."""
        return told(self.entry.kind, self.said, self.actor)

    @property
    def details(self) -> Sequence[str]:
        """More sentences."""
        return list(details(self.said, self.payload, self.people))

    @property
    def words(self) -> str:
        """The words of the act, where it has some."""
        return str((self.payload or {}).get("text") or "")

    def line(self) -> str:
        """Return the entry's line of entries.jsonl."""
        entry = self.entry
        value = {
            "id": entry.id,
            "chain": entry.chain,
            "sequence": entry.sequence,
            "at": _moment(entry.at_ms),
            "kind": entry.kind,
            "sentence": self.sentence,
            "actor": {**self.said.get("actor", {}), "name": self.actor},
            "case_id": entry.case_id,
            "act_id": entry.act_id,
            "facts": self.said.get("facts", {}),
            "payload": self.payload,
            "payload_state": self.state,
            "payload_json": self.payload_json,
            "salt": None if self.payload_json is None or not entry.salt else entry.salt.hex(),
            "body": entry.body.decode("ascii"),
            "hash": entry.hash.hex(),
        }
        return json.dumps(value, ensure_ascii=False) + "\n"


class Teller:
    """Opens entries for a package, names who acted, and redacts where that is asked for."""

    def __init__(
        self, sealer: Sealer, logins: Callable[[str], str], redactor: Redactor | None = None
    ) -> None:
        self._sealer = sealer
        self._logins = logins
        self._redactor = redactor

    def tell(self, entry: StoredEntry) -> Told:
        """Return an entry as it is handed out.

        Raises PayloadForgedError where its words are not those it was written with.
        """
        said = entry.said
        opened = None
        if entry.ciphertext and entry.salt:
            opened = self._sealer.open(entry.subject, entry.body, entry.salt, entry.ciphertext)
        actor = self._actor(said)
        people = {each: self._logins(each) for each in people_named(said)}
        if opened is None:
            state: PayloadState = "gone" if said.get("payload") == SEALED else "none"
            return Told(entry, said, actor, None, None, state, people)
        payload = json.loads(opened)
        if self._redactor is None:
            return Told(entry, said, actor, payload, opened.decode(), "open", people)
        masked = self._redactor.value(payload, entry.id)
        if masked == payload:
            return Told(entry, said, actor, payload, opened.decode(), "open", people)
        return Told(entry, said, actor, masked, None, "redacted", people)

    def _actor(self, said: Mapping[str, Any]) -> str:
        person = str(said.get("actor", {}).get("person_id", ""))
        if person == PROGRAM_ID:
            return "Mercat"
        if person == OPERATOR_ID:
            return "whoever runs the machine"
        return self._logins(person)


def csv_text(entries: Iterable[Told]) -> str:
    """Return the entries as a table for spreadsheets, no cell of which is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(CSV_HEADINGS)
    for each in entries:
        actor = each.said.get("actor", {})
        cells = (
            _moment(each.entry.at_ms),
            each.sentence,
            each.actor,
            " ".join(actor.get("roles", ())),
            str(actor.get("signed_in_by", "")),
            each.entry.chain,
            str(each.entry.sequence),
            each.entry.case_id or "",
            each.entry.act_id or "",
            each.entry.kind,
            each.words,
            " ".join(each.details),
        )
        writer.writerow([plain_cell(cell) for cell in cells])
    return out.getvalue()


def plain_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def header_line(entry: StoredEntry) -> str:
    """Return an entry's line of proof.jsonl: what its hash is made of, and nothing of its words."""
    return (
        json.dumps(
            {
                "chain": entry.chain,
                "sequence": entry.sequence,
                "body": entry.body.decode("ascii"),
                "hash": entry.hash.hex(),
            }
        )
        + "\n"
    )


def proof_text(
    heads: Mapping[str, Head],
    checkpoint: Checkpoint | None,
    public_key: bytes,
    files: Mapping[str, str],
    selection: Selection,
    made_at: datetime,
) -> str:
    """Return proof.json: where the chains end, what was signed of that, and every file's digest."""
    return json.dumps(
        {
            "format": "mercat-proof-1",
            "made_at": made_at.isoformat(),
            "selection": selection.sentence,
            "heads": {
                chain: {"sequence": head.sequence, "hash": head.hash.hex()}
                for chain, head in heads.items()
            },
            "checkpoint": None
            if checkpoint is None
            else {
                "body": checkpoint.body.decode("ascii"),
                "signature": checkpoint.signature.hex(),
                "key_id": checkpoint.key_id,
            },
            "public_key": public_key.hex(),
            "files": dict(files),
        },
        indent=1,
        sort_keys=True,
    )


def export_note(selection: Selection, actor: Actor, *, redacted: bool) -> AuditNote:
    """Return the note that records were handed out, for the house's chain."""
    return AuditNote(
        chain=HOUSE_CHAIN,
        kind="audit.exported",
        actor=actor,
        subject=BODY_SUBJECT,
        payload={},
        facts={"selection": selection.kind, "of": selection.value, "redacted": redacted},
        case_id=selection.value if selection.kind == "case" else None,
    )


def _moment(at_ms: int) -> str:
    return from_epoch_ms(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
