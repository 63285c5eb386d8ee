"""A gate of five rules in Python, and a sealer that leaves its envelopes open."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from schemas.verdict import Need, Reason, Verdict
from services.policy.sealing import body_of, commitment, payload_of
from services.runtime.audit_entry import AuditNote, SealedEntry
from services.runtime.errors import ErasedSubjectError
from services.runtime.gate import Facts

REVISION: Final = "r" * 64
MANIFEST: Final = (
    "authority/four_eyes",
    "authority/halted_account",
    "authority/live_grant",
    "authority/parent_state",
    "content/personal_data",
)
FAILURE: Final = "The rules could not be checked just now; nothing is sent until they can."


class RulesGate:
    """Five rules in Python, on the same facts as the real ones; `failure` makes it fail.

    `objecting` are reasons of further rules, given every time. `asked` keeps what it was asked.
    `meanwhile` is called once, while it thinks: what another does in that moment.
    """

    def __init__(self) -> None:
        self.failure: str | None = None
        self.approvers_needed = 1
        self.objecting: list[Reason] = []
        self.without: set[str] = set()
        self.asked: list[Facts] = []
        self.meanwhile: Callable[[], object] | None = None

    def judge(self, facts: Facts) -> Verdict:
        """Return what the rules say."""
        self.asked.append(facts)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if self.failure is not None:
            return Verdict(decision="hold", revision=REVISION, failure=self.failure)
        reasons = [each for each in _objections(facts, self) if each.rule not in self.without]
        severities = {each.severity for each in reasons}
        held = "hold" if "hold" in severities else "allow"
        return Verdict(
            decision="deny" if "deny" in severities else held,
            reasons=tuple(reasons),
            needs=tuple(
                each.need for each in reasons if each.need is not None and each.severity == "hold"
            ),
            revision=REVISION,
            checked=MANIFEST,
        )


def reason(rule: str, severity: Any, sentence: str, need: Need | None = None) -> Reason:
    """Return what a rule says."""
    message = rule.replace("/", ".")
    return Reason(rule=rule, severity=severity, message=message, sentence=sentence, need=need)


def _objections(facts: Facts, gate: RulesGate) -> Iterator[Reason]:
    yield from gate.objecting
    if facts["findings"]["found"]["personal_data"]:
        yield reason("content/personal_data", "deny", "It holds a telephone number.")
    for halt in facts["account"]["halts"]:
        name = halt["name"] or "everything"
        yield reason("authority/halted_account", "hold", f"There is a halt on {name}.")
    if facts["conversation"]["parent"] not in ("live", "none"):
        yield reason("authority/parent_state", "deny", "The post it answers is another now.")
    grant = facts["actor"]["grant"]
    if grant is None or not (grant["live"] and grant["in_scope"] and facts["actor"]["active"]):
        yield reason("authority/live_grant", "deny", "There is no grant for it.")
    yield from _consent(facts, gate.approvers_needed)


def _consent(facts: Facts, wanted: int) -> Iterator[Reason]:
    author, alone = facts["actor"]["id"], facts["settings"]["one_officer"]
    if not alone and any(each["approver"] == author for each in facts["approvals"]):
        yield reason("authority/four_eyes", "deny", "Nobody approves their own act.")
    if not facts["settings"]["four_eyes"]:
        return
    need = Need(roles=("approver", "duty-officer", "governance"), count=wanted)
    agreed = {
        each["approver"]
        for each in facts["approvals"]
        if each["digest"] == facts["act"]["digest"]
        and set(each["roles"]) & set(need.roles)
        and (alone or each["approver"] != author)
    }
    severity = "advice" if len(agreed) >= wanted else "hold"
    yield reason("authority/four_eyes", severity, "It waits for a second person.", need)


class OpenSealer:
    """Seals nothing: the ciphertext is the payload, so that tests can read what was noted."""

    def __init__(self) -> None:
        self.erased: set[str] = set()

    def seal(self, note: AuditNote, at_ms: int) -> SealedEntry:
        """Return the note with its payload open. Raises ErasedSubjectError as a real one does."""
        payload = payload_of(note)
        if payload is not None and note.subject in self.erased:
            raise ErasedSubjectError(f"{note.subject} was erased")
        salt = b"" if payload is None else b"s" * 32
        body = body_of(
            note,
            at_ms,
            "none" if payload is None else "sealed",
            None if payload is None else commitment(salt, payload),
        )
        return SealedEntry(
            chain=note.chain,
            at_ms=at_ms,
            kind=note.kind,
            subject=note.subject,
            actor_id=note.actor.person_id,
            case_id=note.case_id,
            act_id=note.act_id,
            body=body,
            salt=salt,
            ciphertext=payload or b"",
        )

    def open(self, subject: str, body: bytes, salt: bytes, ciphertext: bytes) -> bytes | None:
        """Return what lies there."""
        del subject, body, salt
        return ciphertext or None
