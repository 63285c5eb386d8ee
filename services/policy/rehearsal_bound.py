"""A rehearsal that comes with a proposal: whether it is of these very rules, and what it says."""

import json
from collections.abc import Mapping
from typing import Any, Final

from services.policy.rehearsal_document import FORMAT, rehearsal_digest
from services.runtime.errors import RejectError

SENTENCES_MAX: Final = 20
SENTENCE_CHARACTERS_MAX: Final = 1_000
SHOWN_CHARACTERS: Final = 12

_AGAIN: Final = "Rehearse again: `mercat policy rehearse WORK --json`, and propose with that."


def require_rehearsal_of(document: Mapping[str, Any], before: str, after: str) -> None:
    """Let a rehearsal pass that is of the rules proposed on those in force, or none at all.

    `before` and `after` are their revisions. Raises RejectError, which says what else it is of.
    """
    if not document:
        return
    if document.get("format") != FORMAT:
        raise RejectError(f"What came as the rehearsal is none. {_AGAIN}")
    if document.get("after") != after:
        raise RejectError(
            f"The rehearsal is of rules {_short(document.get('after'))}, and those proposed are "
            f"{_short(after)}: they were changed after it. {_AGAIN}"
        )
    if document.get("before") != before:
        raise RejectError(
            f"The rehearsal compares with rules {_short(document.get('before'))}, and in force are "
            f"{_short(before)}: others came into force since. {_AGAIN}"
        )


def rehearsal_lines(document: Mapping[str, Any]) -> list[str]:
    """Return what a rehearsal said, and its digest, in lines for people."""
    if not document:
        return ["not rehearsed: nobody has looked at what it would have done"]
    said = document.get("summary")
    sentences = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    digest = rehearsal_digest(_canonical(document))
    return [
        *(f"rehearsed: {each[:SENTENCE_CHARACTERS_MAX]}" for each in sentences[:SENTENCES_MAX]),
        f"digest of its rehearsal {digest}",
    ]


def _canonical(document: Mapping[str, Any]) -> bytes:
    """Return a rehearsal as it was written before it was kept with a change."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _short(revision: Any) -> str:
    return str(revision)[:SHOWN_CHARACTERS]
