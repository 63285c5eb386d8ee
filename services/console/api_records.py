"""The API's paths of whoever keeps the records: legal holds, erasures, retention, keys."""

from typing import Final

from fastapi import FastAPI

from services.console.api_access import (
    AUDIT_READERS,
    AuditReader,
    ItemId,
    Key,
    Who,
    needs_one_of,
)
from services.console.api_bodies import (
    ErasureBody,
    HoldBody,
    RotateBody,
    SomebodyBody,
    WhyBody,
)
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_records_shapes import (
    ErasureDone,
    ErasurePreview,
    HoldDone,
    Holds,
    Keys,
    KeysRotated,
    Retention,
    RetentionDone,
)
from services.console.api_rows import told, with_logins
from services.console.parts import ConsoleParts, KeysDesk, RecordsDesk
from services.console.repeats import Repeats
from services.runtime.errors import RetryLaterError

SILENT: Final = "This Mercat only listens now; it keeps no records of speaking."


def add_hold_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show, place and lift legal holds."""
    repeats = Repeats()

    @api.get("/records/holds", responses=documented(READING))
    def holds(reader: AuditReader) -> Holds:
        """List the legal holds in force."""
        del reader
        found = [with_logins(parts.store, hold, "owner") for hold in _records(parts).holds()]
        return Holds.model_validate({"items": found})

    @api.post("/records/holds", status_code=201, responses=documented(CHANGING))
    def place(body: HoldBody, actor: Who, key: Key = None) -> HoldDone:
        """Keep what a case, an account, somebody or everything holds, until a hold is lifted."""
        desk, wanted = _records(parts), body.model_dump(mode="json")
        request = {"verb": "place-hold", **wanted}
        done = repeats.once(actor.person_id, key, request, lambda: desk.place_hold(wanted, actor))
        return HoldDone.model_validate(done)

    @api.post("/records/holds/{hold_id}/lift", responses=documented(CHANGING))
    def lift(hold_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> HoldDone:
        """End a legal hold."""
        desk, wanted = _records(parts), body.told()
        request = {"verb": "lift-hold", "hold_id": hold_id, **wanted}
        done = repeats.once(
            actor.person_id, key, request, lambda: desk.lift_hold(hold_id, wanted, actor)
        )
        return HoldDone.model_validate(done)


def add_erasure_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that erase somebody, and delete what is past its time."""
    repeats = Repeats()

    @api.post("/records/erasures/preview", responses=documented(READING))
    def preview(body: SomebodyBody, actor: Who) -> ErasurePreview:
        """Say what erasing somebody would take away; nothing is touched. Names stay out of logs."""
        found = _records(parts).preview_erasure(body.told(), actor)
        return ErasurePreview.model_validate(told(with_logins(parts.store, found, "asked_by")))

    @api.post("/records/erasures", responses=documented(CHANGING))
    def erase(body: ErasureBody, actor: Who, key: Key = None) -> ErasureDone:
        """Ask for somebody to be erased, or agree with who asked: then it is done."""
        desk, wanted = _records(parts), body.told()
        request = {"verb": "erase", **wanted}
        done = repeats.once(actor.person_id, key, request, lambda: desk.erase(wanted, actor))
        return ErasureDone.model_validate(done)

    @api.get("/records/retention", responses=documented(READING))
    def retention(reader: AuditReader) -> Retention:
        """Say what is past its time today, class by class; nothing is touched."""
        del reader
        return Retention.model_validate({"classes": _records(parts).retention()})

    @api.post("/records/retention", responses=documented(CHANGING))
    def retire(body: WhyBody, actor: Who, key: Key = None) -> RetentionDone:
        """Delete what is past its time and on no legal hold."""
        desk, wanted = _records(parts), body.told()
        request = {"verb": "retire", **wanted}
        done = repeats.once(
            actor.person_id, key, request, lambda: desk.apply_retention(wanted, actor)
        )
        return RetentionDone.model_validate(done)


def add_keys_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that list and rotate the master keys; no key is ever shown."""
    repeats = Repeats()

    @api.get("/keys", responses=documented(READING))
    def keys(actor: Who) -> Keys:
        """List the master keys by id."""
        needs_one_of(actor, "The list of keys", AUDIT_READERS | {"ops"})
        return Keys.model_validate(_keys(parts).keys())

    @api.post("/keys/rotate", responses=documented(CHANGING))
    def rotate(body: RotateBody, actor: Who, key: Key = None) -> KeysRotated:
        """Put a new master key to use and wrap every data key with it."""
        desk, wanted = _keys(parts), body.told()
        request = {"verb": "rotate-keys", **wanted}
        done = repeats.once(actor.person_id, key, request, lambda: desk.rotate(wanted, actor))
        return KeysRotated.model_validate(done)


def _records(parts: ConsoleParts) -> RecordsDesk:
    if parts.records is None:
        raise RetryLaterError(SILENT)
    return parts.records


def _keys(parts: ConsoleParts) -> KeysDesk:
    if parts.keys is None:
        raise RetryLaterError(SILENT)
    return parts.keys
