"""What the desk is given for takeovers: the body's settings of them, its zone, and its terms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.policy.configuration import TakeoverSettings
from services.policy.takeover_terms import Terms
from services.runtime.errors import NotFoundError


def no_terms() -> Terms:
    """Stand in for the terms where there are none. Raises NotFoundError."""
    raise NotFoundError("There are no terms here to agree to.")


@dataclass(frozen=True, slots=True)
class TakeoverParts:
    """`terms` reads them as they stand, and raises NotFoundError where there are none."""

    settings: TakeoverSettings
    zone: str
    terms: Callable[[], Terms]


PLAIN: Final = TakeoverParts(TakeoverSettings(), "UTC", no_terms)
"""A body that has said nothing of takeovers."""
