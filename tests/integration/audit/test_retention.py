"""Retention over a real file: what goes, what a hold keeps, and what verification says of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from services.policy.audit_verify import verify_audit
from services.policy.configuration import RetentionSettings
from services.policy.decided_commit import commit_of, sealed
from services.policy.file_checkpoints import Checkpoints, public_bytes
from services.policy.legal_holds import lift_hold, place_hold
from services.policy.retention import CLASSES, apply_retention, retention_report
from services.runtime.audit_entry import account_chain
from services.runtime.clock import DAY_MS, ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, NotFoundError
from services.runtime.ports import Commit
from tests.audit_notes import AT_MS, OFFICER, AuditRig, audit_rig, note

SETTINGS = RetentionSettings()
LATER_MS = AT_MS + 3_000 * DAY_MS
OLD, YOUNG = AT_MS, LATER_MS - DAY_MS
WHY = replace(OFFICER, why="Claim 7")


@pytest.fixture
def rig(tmp_path: Path, clock: ManualClock) -> Iterator[AuditRig]:
    """A database with an old and a young record of every class, two cases among them."""
    with audit_rig(tmp_path, clock) as made:
        made.write(
            note(1, kind="act.drafted", chain=account_chain("town")),
            note(2, kind="act.drafted", case_id="held"),
            note(3, kind="sending.sent"),
            note(4, kind="person.added", subject="person:p"),
        )
        Checkpoints(made.installation, made.journal.store, made.journal, clock).write()
        made.write(note(5, kind="act.drafted"), at_ms=YOUNG)
        clock.advance((YOUNG - AT_MS) / 1_000)
        Checkpoints(made.installation, made.journal.store, made.journal, clock).write()
        writes: dict[Key, Row | None] = {}
        for name, at_ms in (("old", OLD), ("held", OLD), ("young", YOUNG)):
            writes |= records(name, at_ms)
        made.journal.commit(Commit(writes=writes)).result()
        yield made


def records(name: str, at_ms: int) -> Mapping[Key, Row]:
    """Return a draft, a sent act, its consent, verdict and sending, and a kept reply."""
    act: Row = {"case_id": name, "account": "town", "drafted_at_ms": at_ms, "version": 1}
    return {
        Key("acts", f"draft-{name}"): {**act, "state": "withdrawn"},
        Key("acts", f"sent-{name}"): {**act, "state": "sending"},
        Key("sendings", f"sent-{name}"): {"state": "sent", "remote_id": name, "ended_at_ms": at_ms},
        Key("approvals", name): {
            "act_id": f"sent-{name}",
            "approver_id": "a",
            "author_id": "b",
            "state": "valid",
            "approved_at_ms": at_ms,
        },
        Key("verdicts", name): {
            "act_id": f"sent-{name}",
            "decision": "allow",
            "judged_at_ms": at_ms,
        },
        Key("command_keys", name): {"reply": "{}", "at_ms": at_ms},
    }


def hold(rig: AuditRig, kind: str = "case", name: str = "held") -> None:
    """Place a hold."""
    placed = place_hold("h", kind, name, WHY, LATER_MS + DAY_MS, LATER_MS)  # type: ignore[arg-type] # one of the four
    rig.journal.commit(commit_of(placed, sealed(rig.sealer, placed.notes, LATER_MS))).result()


def left(rig: AuditRig) -> set[str]:
    """Return the ids of all records that are still there."""
    keys = [key for name in ("old", "held", "young") for key in records(name, 0)]
    return {key.id for key, row in rig.journal.store.fetch(keys).items() if row is not None}


def test_a_dry_run_counts_and_touches_nothing(rig: AuditRig) -> None:
    """Every class says how much would go and how much is held."""
    hold(rig)
    before = left(rig)

    report = retention_report(rig.journal.store, SETTINGS, LATER_MS)

    assert {
        "drafts": (1, 1),
        "approvals": (1, 1),
        "verdicts": (1, 1),
        "sendings": (1, 1),
        "payloads of acts": (1, 1),
        "payloads of sendings": (1, 0),
        "other payloads": (1, 0),
        "slot reports": (0, 0),
        "handovers": (0, 0),
        "handover items": (0, 0),
        "checkpoints": (1, 0),
        "replies": (2, 0),
    } == {each.name: (each.going, each.held) for each in report}
    assert before == left(rig)


def test_what_is_past_its_time_goes_and_the_audit_accounts_for_it(rig: AuditRig) -> None:
    """A second run finds nothing, the young and the held stay, and the chains verify."""
    hold(rig)
    store = rig.journal.store

    done = apply_retention(store, rig.journal, rig.sealer, SETTINGS, OFFICER, LATER_MS)
    again = retention_report(store, SETTINGS, LATER_MS)
    report = verify_audit(store, public_bytes(rig.installation.checkpoint_key), rig.sealer)

    assert {"draft-held", "sent-held", "held", "draft-young", "sent-young", "young"} == left(rig)
    assert sum(each.going for each in done) == 10
    assert 0 == sum(each.going for each in again)
    assert report.sound, report.first
    assert (3, 3) == (report.payloads_gone, report.payloads_opened)


def test_a_payload_taken_away_otherwise_is_still_found(rig: AuditRig) -> None:
    """Retention accounts for what is old enough and of its kinds, and for nothing else."""
    apply_retention(rig.journal.store, rig.journal, rig.sealer, SETTINGS, OFFICER, LATER_MS)
    young = next(
        row for row in rig.journal.store.select("audit_chain_after", ("house", 0, 100))
        if row["at_ms"] == YOUNG
    )  # fmt: skip
    rig.journal.commit(Commit(writes={Key("audit_payloads", str(young["id"])): None})).result()

    report = verify_audit(rig.journal.store, public_bytes(rig.installation.checkpoint_key))

    assert report.first is not None
    assert "no erasure or retention accounts for it" in report.first.sentence


@pytest.mark.parametrize(("kind", "name"), [("account", "town"), ("everything", "")])
def test_a_wide_hold_keeps_what_it_covers(rig: AuditRig, kind: str, name: str) -> None:
    """An account's hold covers its acts and its chain; one on everything all the rest."""
    hold(rig, kind, name)

    apply_retention(rig.journal.store, rig.journal, rig.sealer, SETTINGS, OFFICER, LATER_MS)

    acts = {"draft-old", "draft-held", "draft-young", "sent-old", "sent-held", "sent-young"}
    assert acts <= left(rig)


def test_a_hold_needs_a_reason_and_a_day_of_review(rig: AuditRig) -> None:
    """Nothing is held without a word, or for ever, and only what is held is lifted."""
    with pytest.raises(InputInvalidError, match="say why"):
        place_hold("h", "case", "c", OFFICER, LATER_MS, AT_MS)
    with pytest.raises(InputInvalidError, match="some day to come"):
        place_hold("h", "case", "c", WHY, AT_MS, AT_MS)
    with pytest.raises(NotFoundError, match="no legal hold"):
        lift_hold(rig.journal.store, "h", OFFICER, AT_MS)


def test_every_class_has_its_setting() -> None:
    """No class is kept for a time that nobody can set."""
    assert {each.days for each in CLASSES} == set(RetentionSettings.model_fields)
