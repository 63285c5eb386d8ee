"""The searches about incidents."""

from typing import Final

INCIDENT_QUERIES: Final[dict[str, str]] = {}
