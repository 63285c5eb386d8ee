"""Lines of a replayed file, JSON Lines or CSV, into sightings or refusals: exactly one each."""

from collections.abc import Mapping, Sequence

from services.ingest.csv_records import CsvForm, csv_values
from services.ingest.post_row import FIELDS, Origin, sighting_of
from services.ingest.read_json import read_json
from services.ingest.sighting import Refused, Sighting, UnreadableItemError, refused

Columns = Mapping[str, str]
"""Our field's name to the file's column or key; a field not named stands under its own name."""


def json_sighting(line: bytes, columns: Columns, origin: Origin, place: str) -> Sighting | Refused:
    """Return what one line of JSON Lines says; keys that no field maps to are passed over."""
    try:
        fields = read_json(line)
    except UnreadableItemError as error:
        return refused(error, place, line)
    if not isinstance(fields, dict):
        not_object = UnreadableItemError("wrong type", "not a JSON object; write one {...} a line")
        return refused(not_object, place, line)
    named = {
        field: value
        for field in FIELDS
        if (value := fields.get(columns.get(field, field))) is not None
    }
    return sighting_of(named, origin, place, line)


def csv_sighting(
    lines: Sequence[bytes], form: CsvForm, columns: Columns, origin: Origin, place: str
) -> Sighting | Refused:
    """Return what one CSV record says; empty values count as absent."""
    raw = b"".join(lines)
    try:
        values = csv_values(lines, form)
    except UnreadableItemError as error:
        return refused(error, place, raw)
    by_column = dict(zip(form.header, values, strict=True))
    named = {
        field: value for field in FIELDS if (value := by_column.get(columns.get(field, field)))
    }
    return sighting_of(named, origin, place, raw)
