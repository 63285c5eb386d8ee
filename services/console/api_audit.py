"""The API's paths about the audit: its entries, whether they verify, packages for requests."""

from typing import Annotated, Final

from fastapi import FastAPI, Query, Response

from services.console.api_access import AUDIT_READERS, AuditReader, Key, Who, needs_one_of
from services.console.api_bodies import ExportBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_shapes import AuditVerified, EntryShown, Page
from services.console.cursors import ITEMS_USUAL, Cursor, Limit, next_link, place_in
from services.console.parts import AuditDesk, ConsoleParts
from services.runtime.errors import RetryLaterError

START: Final = (-1, "")
ZIP: Final = "application/zip"
Chain = Annotated[
    str | None, Query(min_length=1, max_length=80, pattern=r"^(house|account:[a-z0-9-]+)$")
]
Filter = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


def add_audit_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that read the audit."""

    @api.get("/audit/entries", responses=documented(READING))
    def entries(
        reader: AuditReader,
        chain: Chain = None,
        case_id: Filter = None,
        act_id: Filter = None,
        limit: Limit = ITEMS_USUAL,
        cursor: Cursor = None,
    ) -> Page[EntryShown]:
        """List entries in order of time; of a chain, a case or an act if one is named."""
        del reader
        what: dict[str, str | None] = {"chain": chain, "case_id": case_id, "act_id": act_id}
        at_ms, last = place_in(cursor, what, START)
        found = _audit(parts).entries(
            chain=chain,
            case_id=case_id,
            act_id=act_id,
            after=(int(at_ms), str(last)),
            limit=limit + 1,
        )
        link = None
        if len(found) > limit:
            place = (int(found[limit - 1]["at_ms"]), str(found[limit - 1]["id"]))
            link = next_link("/api/v1/audit/entries", what, limit, place)
        return Page(items=[EntryShown.model_validate(entry) for entry in found[:limit]], next=link)

    @api.get("/audit/verify", responses=documented(READING))
    def verify(reader: AuditReader) -> AuditVerified:
        """Check every chain of the audit, and name the first entry that is not as written."""
        del reader
        return AuditVerified.model_validate(_audit(parts).verify())

    @api.post(
        "/audit/exports",
        response_class=Response,
        responses={
            **documented(CHANGING),
            200: {
                "description": "The package.",
                "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
            },
        },
    )
    def export(body: ExportBody, actor: Who, key: Key = None) -> Response:
        """Return a package for a case, a person, an account or a span of time, as a zip."""
        del key
        needs_one_of(actor, "The audit", AUDIT_READERS)
        wanted = body.model_dump(mode="json")
        headers = {"Content-Disposition": 'attachment; filename="mercat-audit.zip"'}
        return Response(_audit(parts).export(wanted, actor), media_type=ZIP, headers=headers)


def _audit(parts: ConsoleParts) -> AuditDesk:
    if parts.audit is None:
        raise RetryLaterError("This Mercat only listens now; it keeps no audit.")
    return parts.audit
