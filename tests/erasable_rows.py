"""Rows in which one author among many said something that must go, for any database."""

from dataclasses import replace
from typing import Final

from services.policy.erasure import Citizen
from services.runtime.audit_entry import account_chain
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit
from tests.audit_notes import OFFICER, AuditRig, note
from tests.fakes import append_of, received

MARKER: Final = "zq-planted-marker"
AUTHOR: Final = f"@{MARKER}-author@social.example"
ANN: Final = Citizen("test", AUTHOR)
OTHERS: Final = 150
ACT_ID: Final = "a" * 32


def fill(rig: AuditRig) -> None:
    """Write posts, edits, log records, an act with all that hangs on it, and their entries."""
    for number in range(OTHERS):
        marked = number % 10 == 3
        text = f"{MARKER} {number} " * 20 if marked else f"Nothing much, {number}. " * 20
        author = AUTHOR if marked else f"@other-{number}@social.example"
        event = received(number, text, author=author)
        post = event.data
        row: Row = {
            "conversation_id": post.conversation_id,
            "case_id": f"case-{number}",
            "source": "test",
            "native_id": post.native_id,
            "author": author,
            "text": "short",
            "state": "live",
        }
        key = Key("posts", post.post_id)
        rig.journal.commit(Commit(appends=(append_of(event),), writes={key: row})).result()
        # An edit that grows the row moves it about its page, and leaves it behind where it was.
        rig.journal.commit(Commit(writes={key: {**row, "text": text}})).result()
    write_act(rig, rig.sealer.citizen_subject("test", AUTHOR))
    letter = append_of(received(3, f"{MARKER} odd", author=AUTHOR)).value
    rig.journal.commit(Commit(writes={Key("dead_letters", "d"): {"value": letter}})).result()


def write_act(rig: AuditRig, subject: str, state: str = "sending") -> None:
    """Write a sent act, what was consented and answered about it, and entries of two chains."""
    said: Row = {"text": f"Dear {MARKER}", "salt": f"salt {MARKER}", "version": 1}
    writes: dict[Key, Row | None] = {
        Key("acts", ACT_ID): {**said, "subject": subject, "state": state, "case_id": "case-3"},
        Key("sendings", ACT_ID): {
            "state": "sent",
            "remote_id": "r1",
            "detail": f"told {MARKER}",
            "version": 1,
        },
        Key("approvals", "p"): {
            "act_id": ACT_ID,
            "approver_id": "x",
            "author_id": "y",
            "state": "valid",
            "reason": f"for {MARKER}",
            "version": 1,
        },
        Key("verdicts", "v"): {"act_id": ACT_ID, "decision": "allow", "reasons": f'["{MARKER}"]'},
        Key("command_keys", "k"): {"reply": f'{{"id": "{ACT_ID}", "text": "{MARKER}"}}'},
    }
    rig.journal.commit(Commit(writes=writes)).result()
    rig.write(
        note(1, subject=subject, payload={"text": f"Dear {MARKER}"}),
        note(
            2,
            subject=subject,
            chain=account_chain("town"),
            actor=replace(OFFICER, why=f"since {MARKER} asked"),
        ),
        note(3, subject="person:other", payload={"text": "not theirs"}),
    )
