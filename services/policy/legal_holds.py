"""Legal holds: what must not be erased or retired, for whose reason, and when that is looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from services.policy.decided import Decided
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, NotFoundError
from services.runtime.ports import Guard, Store

HoldKind = Literal["case", "subject", "account", "everything"]
HOLD_KINDS: Final[tuple[HoldKind, ...]] = ("case", "subject", "account", "everything")
IN_FORCE: Final = "in-force"
LIFTED: Final = "lifted"
REASON_LENGTH_MIN: Final = 3
REASON_LENGTH_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in force: on what, why, who owns it, and when it is to be looked at again."""

    id: str
    kind: str
    name: str
    reason: str
    owner_id: str
    review_on: date

    @property
    def sentence(self) -> str:
        """What somebody is told whom it stops."""
        what = "everything" if self.kind == "everything" else f"{self.kind} {self.name}"
        return (
            f"A legal hold on {what} stops this: {self.reason} "
            f"(owner {self.owner_id}, to be reviewed on {self.review_on.isoformat()}). "
            "Lift the hold first."
        )


@dataclass(frozen=True, slots=True)
class Holds:
    """All holds in force at one moment."""

    holds: tuple[Hold, ...]

    def on(
        self,
        *,
        subject: str | None = None,
        account: str | None = None,
        cases: Iterable[str | None] = (),
    ) -> Hold | None:
        """Return a hold that covers any of these, or None."""
        names = {("subject", subject), ("account", account), *(("case", case) for case in cases)}
        return next(
            (
                hold
                for hold in self.holds
                if hold.kind == "everything" or (hold.kind, hold.name) in names
            ),
            None,
        )


def holds_in_force(store: Store) -> Holds:
    """Return all holds that are in force."""
    return Holds(tuple(_hold(row) for row in store.select("audit_holds")))


def place_hold(
    hold_id: str, kind: HoldKind, name: str, actor: Actor, review_at_ms: int, now_ms: int
) -> Decided:
    """Decide a hold, for the reason its owner gives (`actor.why`).

    Raises InputInvalidError where reason or review date is wanting: nothing is held for ever.
    """
    if not REASON_LENGTH_MIN <= len(actor.why) <= REASON_LENGTH_MAX:
        raise InputInvalidError(
            f"say why, in {REASON_LENGTH_MIN} to {REASON_LENGTH_MAX} characters"
        )
    if review_at_ms <= now_ms:
        raise InputInvalidError("a hold is to be reviewed on some day to come; name it")
    row: Row = {
        "kind": kind,
        "name": "" if kind == "everything" else name,
        "reason": actor.why,
        "owner_id": actor.person_id,
        "state": IN_FORCE,
        "placed_at_ms": now_ms,
        "review_at_ms": review_at_ms,
        "version": 1,
    }
    key = Key("legal_holds", hold_id)
    return Decided(
        reply={"id": hold_id, **row},
        writes={key: row},
        guards=(Guard(key, None),),
        notes=(_note("hold.placed", actor, hold_id, row),),
    )


def lift_hold(store: Store, hold_id: str, actor: Actor, now_ms: int) -> Decided:
    """Decide that a hold ends. Raises NotFoundError where none of that id is in force."""
    key = Key("legal_holds", hold_id)
    before = store.fetch([key])[key]
    if before is None or before["state"] != IN_FORCE:
        raise NotFoundError(f"There is no legal hold {hold_id} in force.")
    version = before["version"]
    assert isinstance(version, int), "versions are whole numbers"
    row: Row = {**before, "state": LIFTED, "lifted_at_ms": now_ms, "version": version + 1}
    return Decided(
        reply={"id": hold_id, **row},
        writes={key: row},
        guards=(Guard(key, version),),
        notes=(_note("hold.lifted", actor, hold_id, row),),
    )


def _note(kind: str, actor: Actor, hold_id: str, row: Mapping[str, Any]) -> AuditNote:
    return AuditNote(
        chain=HOUSE_CHAIN,
        kind=kind,
        actor=actor,
        subject=BODY_SUBJECT,
        payload={},
        facts={
            "hold": hold_id,
            "on": row["kind"],
            "name": row["name"],
            "review_at_ms": row["review_at_ms"],
        },
        case_id=row["name"] if row["kind"] == "case" else None,
    )


def _hold(row: Mapping[str, Any]) -> Hold:
    return Hold(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        reason=row["reason"],
        owner_id=row["owner_id"],
        review_on=from_epoch_ms(row["review_at_ms"]).date(),
    )
