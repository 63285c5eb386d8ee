"""What a finder of personal data goes by beside its own knowledge: the lists of governance.

Numbers of services that may be given to anybody, the body's public places, and the other countries
whose numbers its people have.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from services.reading.public_places import place_pattern

RegionCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
ServiceNumber = Annotated[str, Field(pattern=r"^\+?\d[\d ]{1,18}\d$")]
PlaceWords = Annotated[str, Field(pattern=r"^[^\W\d_][\w' .-]{1,59}$")]

REGIONS_MAX: Final = 40


class ContactLists(BaseModel):
    """Whom anybody may ring, which places are public, and where else people's numbers are from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service_numbers: Annotated[tuple[ServiceNumber, ...], Field(max_length=1_000)]
    public_places: Annotated[tuple[PlaceWords, ...], Field(max_length=1_000)]
    regions_beside: Annotated[tuple[RegionCode, ...], Field(max_length=REGIONS_MAX)]


NO_CONTACTS: Final = ContactLists(service_numbers=(), public_places=(), regions_beside=())


class Contacts:
    """Contact lists as finders ask them; made once."""

    __slots__ = ("places", "regions_beside", "service_numbers")

    def __init__(self, lists: ContactLists = NO_CONTACTS) -> None:
        self.service_numbers = frozenset(map(_digits, lists.service_numbers))
        self.regions_beside = lists.regions_beside
        self.places = _places(lists.public_places)


def _digits(written: str) -> str:
    return "".join(letter for letter in written if letter in "+0123456789")


def _places(words: Iterable[str]) -> re.Pattern[str]:
    return place_pattern(sorted(words, key=len, reverse=True))


NOBODYS: Final = Contacts()
"""Contacts of a body that has listed none."""
