"""The searches about reports on slots."""

from typing import Final

SLOT_REPORT_QUERIES: Final[dict[str, str]] = {}
