"""Serves the bundle in force to the OPA servers that ask for it, whole or not at all."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response

from services.policy.bundle import Bundle
from services.policy.bundle_archive import ARCHIVE_TYPE, bundle_archive, signed_files

PLACE: Final = "/bundles/mercat.tar.gz"
NOT_MODIFIED: Final = 304


def bundle_routes(
    in_force: Callable[[], Bundle], sign: Callable[[Mapping[str, Any]], str]
) -> APIRouter:
    """Return the route of the archive; whoever has the revision in force is told so, without it.

    The archive is made and signed once for each revision.
    """
    router = APIRouter()
    made: dict[str, bytes] = {}

    @router.get(PLACE)
    def bundle(if_none_match: Annotated[str, Header()] = "") -> Response:
        bundle = in_force()
        tag = f'"{bundle.revision}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in (each.strip().removeprefix("W/") for each in if_none_match.split(",")):
            return Response(status_code=NOT_MODIFIED, headers=headers)
        if bundle.revision not in made:
            made.clear()
            made[bundle.revision] = bundle_archive(signed_files(bundle, sign))
        return Response(made[bundle.revision], media_type=ARCHIVE_TYPE, headers=headers)

    return router
