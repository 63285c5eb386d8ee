"""People who object to being read: the ids under which the door knows them, and no more of them."""

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from schemas.envelope import digest_id
from services.runtime.effects import Key

TABLE: Final = "objections"
ANY_SOURCE: Final = "*"
IDS_REMEMBERED_MAX: Final = 4_096

_SPACES: Final = re.compile(r"\s+")


def folded_author(author: str) -> str:
    """Return a name or handle in the one form in which two spellings of it are alike."""
    folded = normalize("NFKC", normalize("NFKC", author).casefold())
    return _SPACES.sub(" ", folded).strip().lstrip("@")


def objection_id(author: str, source: str = ANY_SOURCE) -> str:
    """Return the row id of an objection: at one source, or, when none is named, at every source."""
    return digest_id("objection", source, folded_author(author))


@lru_cache(IDS_REMEMBERED_MAX)
def objection_keys(source: str, author: str | None) -> tuple[Key, ...]:
    """Return the rows that would say this author objects; none for a post without an author."""
    if not author:
        return ()
    return (
        Key(TABLE, objection_id(author, source)),
        Key(TABLE, objection_id(author)),
    )
