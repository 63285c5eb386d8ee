"""Tells whether the body is open at a moment, by the hours that stand with the rules."""

from zoneinfo import ZoneInfo

from services.policy.authority_data import DAYS, OfficeHours
from services.runtime.clock import from_epoch_ms

TIME_FORMAT = "%H:%M"


def is_open(hours: OfficeHours, now_ms: int) -> bool:
    """Return whether the body is open at a moment: its clock, its days, from opening to closing."""
    there = from_epoch_ms(now_ms).astimezone(ZoneInfo(hours.time_zone))
    return (
        DAYS[there.weekday()] in hours.days
        and there.date().isoformat() not in hours.days_closed
        and hours.opens <= there.strftime(TIME_FORMAT) < hours.closes
    )
