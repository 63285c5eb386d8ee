"""Store, sealer and gate in memory: acts that are approved, halted, held and approved again."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from schemas.act import ActContent
from services.log.memory_log import MemoryLog
from services.runtime.audit_entry import AuditNote, SealedEntry
from services.runtime.effects import Key, Row, Value
from services.runtime.errors import ErasedSubjectError
from services.runtime.gate import Clearance
from services.runtime.ports import Commit, Guard
from services.store.memory_journal import MemoryJournal
from tests.unit.publish.samples import ACCOUNT, content

ACCOUNT_KEY = Key("accounts", ACCOUNT)


class SpeakingMemory(MemoryJournal):
    """A journal in memory that can be searched as the sendings' queries search."""

    def __init__(self, fault: Callable[[Commit], None] | None = None) -> None:
        super().__init__(MemoryLog(), fault)
        self.rows[ACCOUNT_KEY] = {"version": 1}

    def select(self, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return what the declared query of that name would."""
        account = parameters[0]
        sendings: list[Row] = [row for row in self.table("sendings") if row["account"] == account]
        match query:
            case "sendings_open":
                found = [
                    row
                    for row in sendings
                    if row["state"] == "sending"
                    or (row["state"] == "unknown" and row["not_before_ms"] is not None)
                ]
            case "sendings_deferred":
                found = [row for row in sendings if row["state"] == "deferred"]
            case "sendings_unknown_of":
                found = [row for row in sendings if row["state"] == "unknown"]
            case "sendings_by_remote_id":
                return [row for row in sendings if row["remote_id"] == parameters[1]]
            case "sendings_counts":
                acts = [row["state"] for row in self.table("acts") if row["account"] == account]
                queued = acts.count("approved")
                in_doubt = sum(row["state"] == "unknown" for row in sendings)
                return [{"queued": queued, "in_doubt": in_doubt}]
            case _:
                raise KeyError(query)
        found.sort(key=lambda row: (cast("int", row["begun_at_ms"]), str(row["id"])))
        return [*found[: cast("int", parameters[-1])]]

    def table(self, name: str) -> list[dict[str, Any]]:
        """Return a table's rows with their ids."""
        return [{"id": key.id, **row} for key, row in self.rows.items() if key.table == name]


class OpenSealer:
    """Leaves payloads readable; refuses the subjects that a test says were erased."""

    def __init__(self) -> None:
        self.erased: set[str] = set()

    def seal(self, note: AuditNote, at_ms: int) -> SealedEntry:
        """Return the note as JSON."""
        if note.subject in self.erased:
            raise ErasedSubjectError(note.subject)
        return SealedEntry(
            chain=note.chain,
            at_ms=at_ms,
            kind=note.kind,
            subject=note.subject,
            actor_id=note.actor.person_id,
            case_id=note.case_id,
            act_id=note.act_id,
            body=json.dumps(dict(note.facts)).encode(),
            salt=b"",
            ciphertext=json.dumps(dict(note.payload)).encode(),
        )

    def open(self, subject: str, body: bytes, salt: bytes, ciphertext: bytes) -> bytes | None:
        """Return the payload."""
        del subject, body, salt
        return ciphertext


class GateDouble:
    """Clears approved acts unless they are halted; a version guards every clearance."""

    def __init__(self, memory: SpeakingMemory) -> None:
        self.memory = memory
        self.halted = False
        self.halted_acts: set[str] = set()
        self.denied: set[str] = set()
        self.judging = True
        self.overtaken = 0
        self.asked: list[str] = []
        self.approvals: dict[str, int] = {}
        self._moments = 0

    def approve(self, act_id: str, said: ActContent | None = None) -> None:
        """Approve an act, for the first time or afresh: it goes to the end of the line."""
        said = said or content(f"Answer of {act_id}.")
        key = Key("acts", act_id)
        row = self.memory.rows.get(key, {"version": 0})
        assert row.get("state") in (None, "held"), "only a person's act is approved"
        self._moments += 1
        self.approvals[act_id] = self._moments
        self.memory.rows[key] = {
            "account": ACCOUNT,
            "state": "approved",
            "text": said.model_dump_json(),
            "digest": said.digest,
            "subject": f"subject of {act_id}",
            "approved_at_ms": self._moments,
            "version": cast("int", row["version"]) + 1,
        }
        self.change()

    def change(self) -> None:
        """Change the leave under which the account speaks."""
        row = self.memory.rows[ACCOUNT_KEY]
        self.memory.rows[ACCOUNT_KEY] = {"version": cast("int", row["version"]) + 1}

    def halt(self) -> None:
        """Halt the account."""
        self.halted = True
        self.change()

    def release(self) -> None:
        """Let the account go again."""
        self.halted = False
        self.change()

    def state(self, act_id: str) -> str:
        """Return how an act stands."""
        return str(self.memory.rows[Key("acts", act_id)]["state"])

    def due(self, account: str, limit: int) -> Sequence[str]:
        """Return approved acts in order of approval."""
        rows = [
            row
            for row in self.memory.table("acts")
            if row["account"] == account and row["state"] == "approved"
        ]
        rows.sort(key=lambda row: row["approved_at_ms"])
        return [row["id"] for row in rows[:limit]]

    def content_of(self, act_id: str) -> ActContent:
        """Return what an act says."""
        row = self.memory.rows[Key("acts", act_id)]
        return ActContent.model_validate_json(str(row["text"]))

    def clear(self, act_id: str) -> Clearance:
        """Judge an act as it stands."""
        self.asked.append(act_id)
        key = Key("acts", act_id)
        row = self.memory.rows[key]
        said = self.content_of(act_id)
        verdict_id = f"verdict-{len(self.asked)}"
        guards = (Guard(key, cast("int", row["version"])), self._account_guard())
        waits = Clearance(
            cleared=False,
            act_id=act_id,
            account=ACCOUNT,
            content=said,
            digest=said.digest,
            verdict_id=verdict_id,
            grant_id="grant-1",
            revision="7",
            approvers=("morag",),
            commit=Commit(),
            sentence="It waits.",
            judged=self.judging,
        )
        in_doubt = self._sending_state(act_id) in ("sending", "unknown")
        if not self.judging or self.halted or act_id in self.halted_acts:
            return waits
        if act_id in self.denied:
            held = {**row, "state": "held", "version": cast("int", row["version"]) + 1}
            commit = Commit() if in_doubt else Commit(writes={key: held}, guards=guards)
            return replace(waits, commit=commit, sentence="It is denied.")
        if self.overtaken:
            self.overtaken -= 1
            self.change()
        writes: dict[Key, Row | None] = {
            key: {**row, "state": "sending", "version": cast("int", row["version"]) + 1},
            Key("verdicts", verdict_id): {
                "act_id": act_id,
                "decision": "allow",
                "digest": said.digest,
            },
        }
        return replace(waits, cleared=True, commit=Commit(writes=writes, guards=guards))

    def hold_back(self, act_id: str, sentence: str) -> Commit:
        """Hold an act for a person."""
        key = Key("acts", act_id)
        row = self.memory.rows[key]
        version = cast("int", row["version"])
        held = {**row, "state": "held", "sentence": sentence, "version": version + 1}
        return Commit(writes={key: held}, guards=(Guard(key, version),))

    def _account_guard(self) -> Guard:
        return Guard(ACCOUNT_KEY, cast("int", self.memory.rows[ACCOUNT_KEY]["version"]))

    def _sending_state(self, act_id: str) -> str | None:
        row = self.memory.rows.get(Key("sendings", act_id))
        return None if row is None else str(row["state"])
