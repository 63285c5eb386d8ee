"""ETags: the version of what somebody read, named again when they change it."""

from typing import Annotated, Final

from fastapi import Header

ETAG: Final = "ETag"
_PATTERN: Final = r'^"[0-9]{1,15}"$'

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        pattern=_PATTERN,
        description='The ETag of what you read, such as `"3"`: the change is made to nothing else.',
    ),
]


def etag_of(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def version_in(if_match: str) -> int:
    """Return the version that a checked If-Match names."""
    return int(if_match.strip('"'))
