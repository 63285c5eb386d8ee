"""The log of calls: days counted back from today become dates, as a contact centre writes them."""

import csv
import io
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAYS_BEFORE: Final = "DaysBefore"
_DATE: Final = "Date"


def dated_log(template: str, now: datetime, zone: ZoneInfo) -> str:
    """Return the log as CSV with dates instead of days before `now`, oldest call first.

    `template` is CSV with a column DaysBefore, which gives way to Date, as 31/12/2026.
    """
    today = now.astimezone(zone).date()
    reader = csv.DictReader(io.StringIO(template))
    header = [_DATE if name == _DAYS_BEFORE else name for name in reader.fieldnames or ()]
    written = io.StringIO()
    writer = csv.DictWriter(written, header, lineterminator="\n")
    writer.writeheader()
    for call in reader:
        day = today - timedelta(days=int(call.pop(_DAYS_BEFORE)))
        writer.writerow({**call, _DATE: f"{day:%d/%m/%Y}"})
    return written.getvalue()
