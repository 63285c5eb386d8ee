"""Makes a town that has something in its tables: posts heard, acts sent, letters set aside."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schemas.codec import decode_event, encode_event
from schemas.envelope import Event
from schemas.topics import POSTS_CLASSIFIED, POSTS_RECEIVED
from services.runtime.effects import Key, Row
from services.runtime.ports import Append, Commit
from services.runtime.system_clock import SystemClock
from services.settings import DATABASE_NAME
from services.store.sqlite_journal import SqliteJournal
from tests.folders import REPLAY, ROWS, write_rows
from tests.integration.faults.speaking_driver import TIMES, do_deed, rest
from tests.integration.move.later_rows import later_rows
from tests.mercat_process import environment, run
from tests.speaking_town import POSTS_COUNT, QuickClock, SpeakingTown, case_id, make_speaking_folder

DEEDS: Final = 24
EXAMPLES: Final = Path(__file__).parents[3] / "schemas/examples"
STRANGE: Final = "Ünïcode \u202e🦆 \ufffe \U0010ffff '\"\\;-- \t\r\n %s ? \\N \\."


def make_place(place: Path) -> Path:
    """Make a folder that speaks and hears a replay, with keys and checkpoints beside it."""
    place.mkdir()
    folder = make_speaking_folder(place)
    settings = folder / "mercat.yaml"
    house = "  - {kind: house, name: house}\n"
    settings.write_text(
        settings.read_text("utf-8").replace(house, f"{house}  - {REPLAY}\n"), "utf-8"
    )
    write_rows(folder / "rows.jsonl", ROWS)
    return place


def live(place: Path) -> None:
    """Have the town hear its replay, answer people, and set aside what it cannot read."""
    folder = place / "data"
    ended = run(
        "run", "--until-idle", folder, env=environment(place / "keys", MERCAT_HTTP_PORT="0")
    )
    assert ended.code == 0, ended
    clock = SystemClock()
    town = SpeakingTown(folder, QuickClock(clock.now(), TIMES))
    town.set_up()
    town.speaking.start()
    for number in range(DEEDS):
        do_deed(town, number)
    rest(town)
    town.do("issue-token", "", login="ann")
    town.speaking.stop()
    town.stop()
    journal = SqliteJournal(folder / DATABASE_NAME, clock)
    writes: dict[Key, Row | None] = {
        Key("webhook_ids", "hook:1"): {"expires_at_ms": 2**53},
        Key("objections", "0" * 32): {"source": None, "reason": STRANGE, "added_at_ms": 1},
        Key("dead_letters", "f" * 32): {"stage": "route", "value": bytes(range(256))},
        Key("restores", "town"): {"state": "settled", "made_at_ms": 1, "version": 1},
        Key("legal_holds", "hold-1"): {
            "kind": "everything",
            "name": "",
            "reason": STRANGE,
            "owner_id": "gail",
            "placed_at_ms": 1,
            "review_at_ms": 2,
            "state": "in-force",
            "version": 1,
        },
        Key("erasures", "citizen:x"): {"state": "asked", "asked_by": "gail", "version": 1},
        Key("mode_changes", "town"): {
            "mode": "normal",
            "state": "asked",
            "asked_by": "gail",
            "reason": STRANGE,
            "version": 1,
        },
    }
    writes |= changed_rules() | taken_over() | later_rows()
    cases = [Key("cases", case_id(number)) for number in range(POSTS_COUNT)]
    for number, (key, row) in enumerate(journal.store.fetch(cases).items()):
        # Whatever was routed is due some time; of two answers, one may not depend on what is not.
        writes[key] = {**(row or {}), "deadline_ms": number, "opened_at_ms": number}
    journal.commit(Commit(writes=writes)).result()
    journal.close()


def changed_rules() -> dict[Key, Row | None]:
    """Return a change of the rules that is being tried, agreed to by one other person."""
    change: Row = {
        "title": STRANGE,
        "why": STRANGE,
        "author_id": "gail",
        "base_revision": "a" * 64,
        "revision": "b" * 64,
        "content_id": "c" * 64,
        "difference": "{}",
        "rehearsal": "{}",
        "digest": "d" * 64,
        "classes": "[]",
        "state": "shadowed",
        "sentence": STRANGE,
        "proposed_at_ms": 1,
        "shadow_until_ms": 2**53,
        "version": 3,
    }
    consent: Row = {"change_id": "change-1", "author_id": "gail", "approver_id": "gus"}
    return {
        Key("rule_changes", "change-1"): change,
        Key("rule_approvals", "consent-1"): {**consent, "digest": "d" * 64, "approved_at_ms": 2},
        Key("rule_shadows", "change-1:w"): {"change_id": "change-1", "worker": "w", "asked": 9},
    }


def taken_over() -> dict[Key, Row | None]:
    """Return slots of every sort that a search asks for, with trust and changes found after."""
    slot: Row = {
        "account": "town",
        "title": STRANGE,
        "curator_id": "cory",
        "duty_officer_id": "dot",
        "standby_id": "sam",
        "zone": "Europe/London",
        "consented_at_ms": 2,
        "grant_id": "grant-x",
        "version": 3,
    }
    states = ("ended", "ended", "live", "ready", "draft")
    slots: dict[Key, Row | None] = {
        Key("takeovers", f"slot-{number}"): {
            **slot,
            "state": state,
            "starts_at_ms": 10 * number,
            "ends_at_ms": 10 * number + 10,
            "live_at_ms": None if state in ("draft", "ready") else 10 * number,
        }
        for number, state in enumerate(states)
    }
    change: Row = {
        "takeover_id": "slot-1",
        "kind": "block",
        "target": STRANGE,
        "change": "added",
        "decision": "revert",
        "decided_by": "gail",
        "decided_at_ms": 8,
        "version": 1,
    }
    return slots | {
        Key("trust_levels", "cory:town"): {
            "person_id": "cory",
            "account": "town",
            "level": "first",
            "reason": STRANGE,
            "clean_acts": 4,
            "version": 1,
        },
        Key("act_outcomes", "2026-11:held::act-1"): {
            "month": "2026-11",
            "outcome": "held",
            "rule": "",
        },
        Key("handovers", "slot-0"): {"account": "town", "state": "taken", "version": 1},
        Key("handovers", "slot-1"): {
            "account": "town",
            "state": "compared",
            "before": "{}",
            "after": "{}",
            "agreed_by": "gail",
            "agreed_at_ms": 9,
            "version": 2,
        },
        **reverting_act(),
        Key("handover_items", "slot-1:1"): {**change, "place": 1},
        Key("handover_items", "slot-1:2"): {**change, "place": 2, "act_id": "act-1"},
    }


def reverting_act() -> dict[Key, Row | None]:
    """Return an act that takes back what a slot left behind."""
    return {
        Key("acts", "act-1"): {
            "account": "town",
            "kind": "unblock",
            "state": "held",
            "author_id": "gail",
            "target": STRANGE,
            "text": "",
            "salt": "5" * 32,
            "drafted_at_ms": 1,
            "media": "[]",
            "reasons": "[]",
            "needs": "[]",
            "digest": "e" * 64,
            "version": 1,
        },
    }


def append(folder: Path, appends: Sequence[Append]) -> None:
    """Write events into a folder's log that no stage has handled."""
    journal = SqliteJournal(folder / DATABASE_NAME, SystemClock())
    journal.commit(Commit(appends=appends)).result()
    journal.close()


def waiting_events(count: int) -> list[Append]:
    """Return events that were heard, and others that are classified, of a few conversations."""
    found = []
    for number in range(count):
        for topic, name in (
            (POSTS_RECEIVED.name, "mercat.posts.received.v1"),
            (POSTS_CLASSIFIED.name, "mercat.posts.classified.v1"),
        ):
            event = _numbered(topic, name, number)
            found.append(Append(topic, event.subject, encode_event(event)))
    return found


def in_order_of_keys(events: Sequence[Append]) -> list[tuple[str, str, bytes]]:
    """Return topic, key and value of events as a relay has them: each key's in their order."""
    return [each[:3] for each in sorted(events, key=lambda each: each[:2])]


def _numbered(topic: str, name: str, number: int) -> Event:
    content = json.loads((EXAMPLES / name / "minimal.json").read_bytes())
    content |= {"id": f"{number:032x}", "subject": f"conversation-{number % 3}"}
    return decode_event(topic, json.dumps(content).encode())
