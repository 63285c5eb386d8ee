"""A row or two in every table that came after takeovers, so that a move has them to carry."""

from services.runtime.effects import Key, Row
from services.store.tables import TABLES

STRANGE = "Ünïcode \u202e🦆 '\"\\;-- \t\r\n %s ? \\N \\."
LATER = (
    *("passkeys", "sessions", "sign_in_links", "sign_in_ceremonies", "rotas", "shifts", "swaps"),
    *("broken_glasses", "incidents", "incident_evidence", "timelines", "timeline_acts"),
    *("corrections", "correction_notices"),
    *("bells", "bell_ringings", "bell_wishes", "bell_marks"),
    *("nomination_rounds", "nominations", "slot_reports", "public_names"),
)
MEANT: dict[str, Row] = {
    "passkeys": {"state": "live"},
    "sessions": {"state": "live", "factors": "passkey"},
    "sign_in_links": {"state": "asked", "purpose": "recover"},
    "bell_ringings": {"state": "waiting", "manner": "summary", "channel": "mail"},
    "shifts": {"starts_at_ms": 1, "ends_at_ms": 2, "state": "planned"},
    "swaps": {"state": "asked"},
    "corrections": {"state": "open", "choice": "keep"},
    "nomination_rounds": {"state": "open"},
    "nominations": {"state": "made", "answer": "declined"},
    "broken_glasses": {"state": "asked", "drill": 0},
    "incidents": {"state": "open"},
    "timeline_acts": {"standing": "told"},
}
"""What the checks of a table ask for."""


def later_rows() -> dict[Key, Row | None]:
    """Return a full row of each of those tables, each value of its column's kind."""
    halt: Row = {"kind": "theme", "name": "bins", "state": "halted", "halted_by": "gail"}
    departed: Row = {"login": "gone", "name": STRANGE, "state": "left", "roles": "curator"}
    return {
        **{Key(name, f"{name}-1"): _row(name) for name in LATER},
        Key("halts", "theme:bins"): {**halt, "halted_at_ms": 1, "expires_at_ms": 5, "version": 1},
        Key("persons", "gone"): {**departed, "version": 1},
        Key("bells", "bells-2"): {**_row("bells"), "person_id": "gone"},
        Key("bell_wishes", "gone"): _row("bell_wishes"),
    }


def _row(name: str) -> Row:
    made: dict[str, str | int | float | bytes | None] = {}
    for place, column in enumerate(TABLES[name].columns, start=1):
        text = column.name if place % 3 else f"{column.name} {STRANGE}"
        kinds: dict[str, str | int | bytes] = {"text": text, "integer": place}
        made[column.name] = kinds.get(column.kind, bytes(range(256)))
    return {**made, **MEANT.get(name, {})}
