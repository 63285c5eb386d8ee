"""How long to leave a source in peace that failed: longer each time, never in step with others.

Exponential with full jitter, after M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
Blog, 2015: a random share of the longest wait spreads callers better than a wait with some noise.
"""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

START_SECONDS: Final = 2.0
BACK_OFF_SECONDS_MAX: Final = 600.0
ASKED_SECONDS_MAX: Final = 86_400.0

_DOUBLINGS_MAX: Final = 16
_SECONDS: Final = re.compile(r"[0-9]{1,9}")


def back_off_seconds(failures: int, draw: float, asked_seconds: float | None = None) -> float:
    """Return how long to wait after `failures` failures in a row, the first of which is 1.

    `draw` is a random number from 0 up to 1. What the source asked for is honoured, up to a day;
    the jitter then comes on top of it, so that it is never undercut.
    """
    assert failures >= 1, "there is nothing to back off from"
    assert 0.0 <= draw <= 1.0, "draw is a share"
    doublings = min(failures - 1, _DOUBLINGS_MAX)
    longest_seconds = min(BACK_OFF_SECONDS_MAX, START_SECONDS * float(1 << doublings))
    jitter_seconds = draw * longest_seconds
    if asked_seconds is None:
        return jitter_seconds
    return min(max(asked_seconds, 0.0), ASKED_SECONDS_MAX) + min(jitter_seconds, START_SECONDS)


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Return what a Retry-After header asks for (RFC 9110, 10.2.3), at most a day; None if nothing.

    Seconds or an HTTP date; a value that is neither counts as absent.
    """
    if value is None:
        return None
    if _SECONDS.fullmatch(value.strip()):
        return min(float(value), ASKED_SECONDS_MAX)
    try:
        moment = parsedate_to_datetime(value)
        seconds = (moment - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), ASKED_SECONDS_MAX)
