"""Rows of a log of calls or of visits to the counter: those who do not post are heard as well."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.envelope import digest_id
from schemas.post import TEXT_LENGTH_MAX
from services.ingest.configuration import ContactLogSettings
from services.ingest.csv_records import CsvForm, csv_values
from services.ingest.normalise import (
    content_revision,
    id_field,
    in_utc,
    line_field,
    text_field,
)
from services.ingest.sighting import (
    RAW_BYTES_MAX,
    Refused,
    Sighting,
    UnreadableItemError,
    refused,
)

NOTE_MARK = "\n\nNote by the team: "


def absent_columns(form: CsvForm, settings: ContactLogSettings) -> list[str]:
    """Return the columns that the settings name and a file's header lacks."""
    named = settings.columns.model_dump(exclude_none=True).values()
    return sorted(set(named) - set(form.header))


def contact_sighting(
    lines: Sequence[bytes],
    form: CsvForm,
    settings: ContactLogSettings,
    line_number: int,
    place: str,
) -> Sighting | Refused:
    """Return what one row of a contact log says, or why it cannot be read; never raises."""
    raw = b"".join(lines)
    try:
        values = dict(zip(form.header, csv_values(lines, form), strict=True))
        return _sighting(values, settings, line_number, place, raw)
    except UnreadableItemError as error:
        return refused(error, place, raw)


def _sighting(
    values: Mapping[str, str],
    settings: ContactLogSettings,
    line_number: int,
    place: str,
    raw: bytes,
) -> Sighting:
    columns = settings.columns
    summary = text_field(columns.summary, values[columns.summary], TEXT_LENGTH_MAX)
    if not summary:
        raise UnreadableItemError(
            "missing field", f"{columns.summary} is empty; write what the person said"
        )
    note = _value(values, columns.note)
    text = text_field("text", summary + (NOTE_MARK + note if note else ""), TEXT_LENGTH_MAX)
    where = line_field("place", _value(values, columns.place), 512)
    return Sighting(
        kind="received",
        source=settings.name,
        native_id=_native_id(values, settings, summary, line_number),
        channel=settings.channel,
        revision=content_revision(text, (), where),
        author=line_field("caller", _value(values, columns.caller), 256),
        text=text,
        place=where,
        posted_at=_moment(values, settings),
        place_in_source=place,
        raw=raw[:RAW_BYTES_MAX],
    )


def _native_id(
    values: Mapping[str, str], settings: ContactLogSettings, summary: str, line_number: int
) -> str:
    """Return the call's reference, else an id that a copy of the file gives again.

    The line is part of it: two people may say the same words in the same minute.
    """
    columns = settings.columns
    reference = _value(values, columns.reference)
    if reference:
        return id_field("reference", reference, 512)
    written = (_value(values, columns.date) or "", _value(values, columns.time) or "")
    return digest_id("contact", *written, summary, str(line_number))


def _moment(values: Mapping[str, str], settings: ContactLogSettings) -> datetime:
    columns = settings.columns
    written = _value(values, columns.date) or ""
    written_form = settings.date_format
    if columns.time:
        written = f"{written} {_value(values, columns.time) or ''}"
        written_form = f"{written_form} {settings.time_format}"
    try:
        local = datetime.strptime(written, written_form)  # noqa: DTZ007 - the zone follows
    except ValueError:
        raise UnreadableItemError(
            "bad date", f"{written[:60]!r} is not a date and time as {written_form} has it"
        ) from None
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(settings.zone))
    return in_utc(columns.date, local)


def _value(values: Mapping[str, str], column: str | None) -> str | None:
    return (values[column].strip() or None) if column else None
