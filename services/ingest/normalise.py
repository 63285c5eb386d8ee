"""Texts as they come, made into texts the rest of Mercat can trust: composed, visible, bounded."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final
from unicodedata import combining, is_normalized, normalize

from schemas.envelope import YEAR_MAX, digest_id
from schemas.post import Media
from services.ingest.sighting import UnreadableItemError

YEAR_MIN: Final = 1970
MARKS_RUN_MAX: Final = 30
SHORTENED_MARK: Final = " […]"

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Overrides and isolates (U+202A-E, U+2066-9) let a text show other words than it holds, to the
# reader at a desk as well as to an approver; marks that Arabic and Hebrew need (U+200E, U+200F,
# U+061C) stay, since they change nothing but where neutral signs stand.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SUSPECT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"\s+")


def clean_text(text: str, name: str = "the text") -> str:
    """Return a text in NFC, each line ended by one newline, nothing in it unseen or disguised.

    Control characters go, save newline and tab; so do bidirectional overrides and isolates, and
    marks beyond the thirtieth on one letter. Cleaning twice gives the same. Raises
    UnreadableItemError for lone surrogates: no Unicode text holds them.
    """
    if _SUSPECT.search(text):
        if _SURROGATE.search(text):
            raise UnreadableItemError(
                "not Unicode",
                f"{name} is not valid Unicode, since it holds half of a surrogate pair; "
                "export it again as UTF-8",
            )
        text = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    if not is_normalized("NFC", text):
        text = normalize("NFC", _with_marks_bounded(text))
    return text.strip()


def _with_marks_bounded(text: str) -> str:
    """Return a text with at most as many marks in a run as UAX 15 allows a stream-safe text.

    Ordering a run of marks takes time that grows with its square; no language has runs like that.
    """
    kept: list[str] = []
    run_length = 0
    for character in text:
        run_length = run_length + 1 if combining(character) else 0
        if run_length <= MARKS_RUN_MAX:
            kept.append(character)
    return "".join(kept)


def text_field(name: str, text: str, length_max: int) -> str:
    """Return a cleaned text of several lines. Raises UnreadableItemError where it is too long."""
    # Looked at before as well as after: a megabyte is not worth cleaning to be told its length.
    if len(text) <= 2 * length_max:
        cleaned = clean_text(text, name)
        if len(cleaned) <= length_max:
            return cleaned
    raise UnreadableItemError(
        "too long", f"{name} has {len(text):,} characters and may have {length_max:,}; shorten it"
    )


def line_field(name: str, text: str | None, length_max: int) -> str | None:
    """Return a cleaned text of one line, or None where nothing is left of it."""
    if not text:
        return None
    return _SPACES.sub(" ", text_field(name, text, length_max)) or None


def id_field(name: str, native_id: str, length_max: int) -> str:
    """Return an id as it stands: two ids that differ anywhere stay different.

    Raises UnreadableItemError where it is empty, too long, or holds what cleaning would take away.
    """
    if not native_id.strip():
        raise UnreadableItemError("missing field", f"{name} is empty; every post needs an id")
    if len(native_id) > length_max:
        raise UnreadableItemError(
            "too long", f"{name} has {len(native_id):,} characters and may have {length_max:,}"
        )
    if _SUSPECT.search(native_id):
        raise UnreadableItemError(
            "bad value", f"{name} holds control characters; give the id as the platform shows it"
        )
    return native_id


def shortened(text: str, length_max: int) -> str:
    """Return a text cut to a length, with a mark where something was left out."""
    if len(text) <= length_max:
        return text
    return text[: length_max - len(SHORTENED_MARK)].rstrip() + SHORTENED_MARK


def content_revision(text: str, media: Iterable[Media], place: str | None) -> str:
    """Return the digest that stands for a revision where the platform gives no edit stamp.

    Words put back as they once were give the digest they once had, and so pass for a repeat.
    """
    described = [f"{item.kind}:{item.alt or ''}" for item in media]
    return digest_id("content", text, place or "", *described)


def parse_instant(name: str, text: str, zone: tzinfo | None) -> datetime:
    """Return the UTC moment that an ISO 8601 text names; `zone` is for times that name none.

    Raises UnreadableItemError for what is no date, has no zone, or lies outside 1970 to 2200.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UnreadableItemError(
            "bad date",
            f"{name} {text[:40]!r} is not a date; write it like 2026-03-01T09:30:00+00:00",
        ) from None
    if moment.tzinfo is None and zone is None:
        raise UnreadableItemError(
            "bad date", f"{name} {text[:40]!r} has no zone; add one, like +00:00 or Z"
        )
    return in_utc(name, moment if moment.tzinfo else moment.replace(tzinfo=zone))


def in_utc(name: str, moment: datetime) -> datetime:
    """Return an aware moment in UTC. Raises UnreadableItemError outside 1970 to 2200."""
    if YEAR_MIN - 1 <= moment.year <= YEAR_MAX + 1:
        in_zone_zero = moment.astimezone(UTC)
        if YEAR_MIN <= in_zone_zero.year <= YEAR_MAX:
            return in_zone_zero
    raise UnreadableItemError(
        "bad date", f"{name} is in year {moment.year}; only {YEAR_MIN} to {YEAR_MAX} is taken"
    )
