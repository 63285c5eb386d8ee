"""The audit as it can be asked: its entries, whether it verifies, and packages to hand out."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.policy.audit_checkpoints import Exported
from services.policy.audit_entries import StoredEntry, stored_entry
from services.policy.audit_export import Selection, SelectionKind, Teller, export_note
from services.policy.audit_report import report_told
from services.policy.audit_verify import verify_audit
from services.policy.file_audit_export import (
    ExportParts,
    export_foi,
    export_staff,
    export_subject,
)
from services.runtime.actor import OPERATOR_ID, PROGRAM_ID, Actor
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.runtime.effects import Key
from services.runtime.errors import (
    InputInvalidError,
    NotFoundError,
    PayloadForgedError,
    RejectError,
)
from services.runtime.ports import Commit, Journal, Lane

FOREVER_MS: Final = 1 << 52
NAMED_MAX: Final = 1
DAY_LENGTH: Final = len("2026-03-01")

Place = tuple[int, str]


class StoredAudit:
    """What people may ask of the audit; see `AuditDesk` in `services/console/parts.py`.

    `exported` reads what was exported of checkpoints, or returns None where there is no such place;
    `citizen_subject` names the key of what an author of a source said. `unfinished` is a folder of
    the body's own, where a package is put together: it holds personal data.
    """

    def __init__(
        self,
        parts: ExportParts,
        journal: Journal,
        exported: Callable[[], Exported | None],
        citizen_subject: Callable[[str, str], str],
        unfinished: Path,
    ) -> None:
        self._parts = parts
        self._journal = journal
        self._exported = exported
        self._citizen_subject = citizen_subject
        self._unfinished = unfinished

    def entries(
        self,
        *,
        chain: str | None,
        case_id: str | None,
        act_id: str | None,
        after: Place,
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        """Return entries in order of time behind a place, of a chain, a case or an act if named."""
        at_ms, last = after
        searches = (
            ("audit_of_act", act_id),
            ("audit_of_case", case_id),
            ("audit_of_account", chain),
        )
        named = [(query, value) for query, value in searches if value is not None]
        if len(named) > NAMED_MAX:
            raise RejectError("Name one of chain, case_id and act_id; entries are found by one.")
        query, value = named[0] if named else ("audit_of_range", FOREVER_MS)
        rows = self._parts.store.select(query, (value, at_ms, at_ms, last, limit))
        teller = Teller(self._parts.sealer, self._login)
        return [self._told(stored_entry(row), teller) for row in rows]

    def verify(self) -> Mapping[str, Any]:
        """Return `sound`, a `sentence`, how many `entries`, and `first_bad`, if there is one."""
        key = self._parts.signing_key.public_key()
        public_key = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        exported = self._exported()
        return report_told(
            verify_audit(self._parts.store, public_key, self._parts.sealer, exported), exported
        )

    def export(self, wanted: Mapping[str, Any], actor: Actor) -> bytes:
        """Return a package as a zip, and write down that it was handed out."""
        redact = bool(wanted.get("redact"))
        with tempfile.TemporaryDirectory(dir=self._unfinished, prefix=".records-") as beside:
            destination = Path(beside) / "mercat-audit.zip"
            try:
                selection = self._fill(wanted, destination, redact=redact)
            except PayloadForgedError as error:
                raise RejectError(
                    f"No package is made of records that were changed ({error}): "
                    "run `mercat audit verify`."
                ) from error
            content = destination.read_bytes()
        note = export_note(selection, actor, redacted=redact)
        note = replace(note, payload={"why": str(wanted.get("why") or "")})
        now_ms = to_epoch_ms(self._parts.clock.now())
        sealed = self._parts.sealer.seal(note, now_ms)
        self._journal.commit(Commit(entries=[sealed], lane=Lane.DECISION)).result()
        return content

    def _fill(self, wanted: Mapping[str, Any], destination: Path, *, redact: bool) -> Selection:
        author, source = wanted.get("author"), wanted.get("source")
        if (author is None) != (source is None):
            raise RejectError("An author is known by name and source; give both.")
        if author is not None and source is not None:
            subject = self._citizen_subject(source, author)
            export_subject(self._parts, subject, source, author, destination)
            return Selection("subject", subject)
        if wanted.get("about_login"):
            selection = Selection("staff", self._person_id(str(wanted["about_login"])))
            export_staff(self._parts, selection.value, destination)
            return selection
        selection = self._selection(wanted)
        if selection.kind == "range" and not (wanted.get("since") or wanted.get("until")):
            raise RejectError("Say what is wanted: a case, a person, an account, or a time.")
        export_foi(self._parts, selection, destination, redact=redact)
        return selection

    def _selection(self, wanted: Mapping[str, Any]) -> Selection:
        kinds: tuple[tuple[SelectionKind, str], ...] = (
            ("case", "case_id"),
            ("person", "login"),
            ("account", "account"),
        )
        named = [(kind, str(wanted[name])) for kind, name in kinds if wanted.get(name)]
        if len(named) > NAMED_MAX:
            raise RejectError("Name one of a case, a person and an account for each package.")
        kind, value = named[0] if named else ("range", "")
        if kind == "person":
            value = self._person_id(value)
        since, until = wanted.get("since"), wanted.get("until")
        return Selection(
            kind,
            value,
            from_ms=0 if since is None else self._at_ms(since, end_of_day=False),
            until_ms=FOREVER_MS if until is None else self._at_ms(until, end_of_day=True),
        )

    def _at_ms(self, said: str, *, end_of_day: bool) -> int:
        """Return a moment, or a day's begin or end in the body's own zone, in milliseconds."""
        try:
            moment = datetime.fromisoformat(said)
            if end_of_day and len(said) == DAY_LENGTH:
                moment += timedelta(days=1)
        except (ValueError, OverflowError) as error:
            raise InputInvalidError(f"{said!r} is no day or moment, such as 2026-03-01.") from error
        zone = ZoneInfo(self._parts.zone)
        return to_epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=zone))

    def _person_id(self, login: str) -> str:
        rows = self._parts.store.select("person_by_login", (login,))
        if not rows:
            raise NotFoundError(f"There is nobody with the login {login!r}.")
        return str(rows[0]["id"])

    def _login(self, person_id: str) -> str:
        key = Key("persons", person_id)
        row = self._parts.store.fetch([key])[key]
        if row is None:
            return {OPERATOR_ID: "operator", PROGRAM_ID: "Mercat"}.get(person_id, person_id)
        return str(row["login"])

    def _told(self, entry: StoredEntry, teller: Teller) -> Mapping[str, Any]:
        told = teller.tell(entry)
        return {
            "id": entry.id,
            "chain": entry.chain,
            "sequence": entry.sequence,
            "at_ms": entry.at_ms,
            "at": from_epoch_ms(entry.at_ms),
            "kind": entry.kind,
            "sentence": told.sentence,
            "actor": told.actor,
            "actor_id": entry.actor_id,
            "case_id": entry.case_id,
            "act_id": entry.act_id,
            "facts": entry.said.get("facts", {}),
            "payload": told.payload,
            "payload_state": told.state,
            "hash": entry.hash.hex(),
            "previous_hash": entry.previous_hash.hex(),
        }
