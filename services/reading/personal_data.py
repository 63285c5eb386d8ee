"""Personal data in a text, disguised forms included, save the body's own published details.

Runs each finder on the text's shadow, and on words for digits; where findings overlap, the surer
kind stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from services.reading.datum import Datum, before
from services.reading.email_addresses import email_addresses
from services.reading.identity_numbers import (
    dates_of_birth,
    identity_numbers,
    spoken_identity,
)
from services.reading.links import Link
from services.reading.postal_addresses import postal_addresses
from services.reading.shadow import Shadow
from services.reading.spoken_digits import spoken_runs
from services.reading.telephone_numbers import PhoneFinder, is_called
from services.reading.vehicle_plates import vehicle_plates

# The surest first: of two findings in one place the earlier kind stands.
_KINDS: Final = (
    *("email", "iban", "national_insurance_number", "payment_card", "bank_account"),
    *("date_of_birth", "chi_number", "phone", "nhs_number", "national_id", "postcode"),
    *("vehicle_plate", "address"),
)
_RANKS: Final = {kind: rank for rank, kind in enumerate(_KINDS)}
_MANY_DIGITS: Final = re.compile(r"(?:\d[^\d\n]{0,4}){5}")
_DIGIT: Final = re.compile(r"\d")
# Numbers in a link are a page's, unless it is there to ring or to write to someone.
_DIALLED: Final = re.compile(r"(?:tel:|sms:|wa\.me/\+?|phone=\+?|=\+|t\.me/\+)$")


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """What the body itself publishes: numbers, and domains with all that lies under them."""

    phones: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()


class PersonalData(NamedTuple):
    """The personal data of a text, in order, and whether some of it was too much to weigh."""

    found: list[Datum]
    gave_up: bool


def personal_data_in(
    shadow: Shadow, links: Sequence[Link], own: OwnDetails, regions: Sequence[str]
) -> PersonalData:
    """Return the personal data of a text; `links` are those of the same shadow."""
    phones = PhoneFinder(own.phones, regions)
    found = list(email_addresses(shadow.latin, own.email_domains))
    found.extend(_spoken(shadow, phones))
    digits = shadow.digits
    if _DIGIT.search(digits):
        numbers = list(_with_digits(shadow, digits, phones, regions))
        found.extend(datum for datum in numbers if not _is_a_pages(datum, digits, links))
    return PersonalData(_apart(found), phones.gave_up)


def _with_digits(
    shadow: Shadow, digits: str, phones: PhoneFinder, regions: Sequence[str]
) -> Iterator[Datum]:
    if _MANY_DIGITS.search(digits):
        yield from phones.find(digits)
        yield from identity_numbers(digits, regions)
    yield from dates_of_birth(digits)
    yield from postal_addresses(shadow)
    yield from vehicle_plates(shadow)


def _spoken(shadow: Shadow, phones: PhoneFinder) -> Iterator[Datum]:
    for run in spoken_runs(shadow.latin):
        said = before(shadow.text, run.start)
        kind: str | None = spoken_identity(run.digits, said)
        if kind is None:
            rung = is_called(shadow.text, run.start)
            kind = "phone" if phones.spoken(run.digits, is_rung=rung) else None
        if kind is not None:
            yield Datum(kind, run.start, run.end, run.digits, "spelt out")


def _is_a_pages(datum: Datum, text: str, links: Sequence[Link]) -> bool:
    for link in links:
        if link.start <= datum.start < link.end:
            return _DIALLED.search(text[link.start : datum.start]) is None
    return False


def _apart(found: list[Datum]) -> list[Datum]:
    kept: list[Datum] = []
    taken = bytearray(max((datum.end for datum in found), default=0))
    for datum in sorted(found, key=lambda datum: (_RANKS[datum.kind], datum.start)):
        if not any(taken[datum.start : datum.end]):
            taken[datum.start : datum.end] = b"\x01" * (datum.end - datum.start)
            kept.append(datum)
    return sorted(kept, key=lambda datum: datum.start)
