"""Personal data in a text, disguised forms included, save the body's own published details.

Runs each finder on the text's shadow, on words for digits, and on what disguises say once they are
put straight; where findings overlap, the surer kind stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from services.reading.bank_numbers import bank_numbers
from services.reading.birth_dates import dates_of_birth
from services.reading.calls import is_called
from services.reading.contacts import NOBODYS, Contacts
from services.reading.datum import Datum, before, is_reference
from services.reading.disguises import STRAIGHTENED_MAX, straightened
from services.reading.email_addresses import email_addresses
from services.reading.identity_numbers import identity_numbers, spoken_identity
from services.reading.links import Link
from services.reading.national_identities import national_identities
from services.reading.parent_data import ParentData
from services.reading.postal_addresses import addresses_in_words, postal_addresses
from services.reading.shadow import Shadow
from services.reading.spoken_digits import SpokenRun, spoken_runs
from services.reading.telephone_numbers import PhoneFinder
from services.reading.vehicle_plates import vehicle_plates

# The surest first: of two findings in one place the earlier kind stands.
_KINDS: Final = (
    *("email", "iban", "national_insurance_number", "payment_card", "bank_account"),
    *("date_of_birth", "driving_licence", "chi_number", "passport", "national_id", "phone"),
    *("nhs_number", "health_number", "postcode", "vehicle_plate", "address"),
)
_RANKS: Final = {kind: rank for rank, kind in enumerate(_KINDS)}
_MANY_DIGITS: Final = re.compile(r"\d(?:\D{0,4}\d){4}")
_DIGIT: Final = re.compile(r"\d")
# Letters and figures that touch, or capitals beside figures: what plates and the like are made of.
_MIXED: Final = re.compile(r"\d(?:[a-z]|(?<=[a-z]\d))")
_CAPITALS: Final = re.compile(r"\d(?:[ ./_-][A-Z]{1,4}\b|(?<=[A-ZÄÖÜ][ ./_-]\d))")
# Numbers in a link are a page's, unless it is there to ring or to write to someone.
_DIALLED: Final = re.compile(
    r"(?:(?:tel|sms|callto|skype|facetime):|wa\.me/\+?|(?:phone|number|recipient)=\+?|=\+|#p/\+|t\.me/\+)$"
)
PARENT_LENGTH_MAX: Final = 5_000


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
    shadow: Shadow,
    links: Sequence[Link],
    own: OwnDetails,
    regions: Sequence[str],
    contacts: Contacts = NOBODYS,
    parent: ParentData | None = None,
) -> PersonalData:
    """Return the personal data of a text; `links` are those of the same shadow.

    `contacts` are whom anybody may ring and the body's public places; `parent` tells what the text
    answered gave away, and which numbers it quoted as references.
    """
    finder = _Finder(own, regions, contacts)
    found = list(finder.find(shadow, links))
    for each in islice(straightened(shadow), STRAIGHTENED_MAX):
        again = Shadow(f"{each.before}{each.said}{each.after}")
        start, end = len(each.before), len(each.before) + len(each.said)
        found.extend(
            Datum(datum.kind, each.start, each.end, datum.text, "disguised")
            for datum in finder.find(again, ())
            if start <= datum.start and datum.end <= end
        )
    if parent is not None:
        found = [datum for datum in found if not parent.is_reference(datum)]
        found.extend(parent.repeated(shadow))
    return PersonalData(_apart(found), finder.phones.gave_up)


def parent_data(
    text: str | None, own: OwnDetails, regions: Sequence[str], contacts: Contacts
) -> ParentData | None:
    """Return what a text that is answered tells of its numbers, None where it has none."""
    shadow = Shadow((text or "")[:PARENT_LENGTH_MAX])
    if not _DIGIT.search(shadow.digits) and "@" not in shadow.latin:
        return None
    return ParentData(shadow, personal_data_in(shadow, (), own, regions, contacts).found)


class _Finder:
    """Runs all finders over one text, and again over what it hides."""

    __slots__ = ("_contacts", "_own", "_regions", "phones")

    def __init__(self, own: OwnDetails, regions: Sequence[str], contacts: Contacts) -> None:
        self._own = own
        self._regions = regions
        self._contacts = contacts
        self.phones = PhoneFinder(own.phones, regions, contacts)

    def find(self, shadow: Shadow, links: Sequence[Link]) -> Iterator[Datum]:
        """Yield what is found, overlaps included."""
        yield from email_addresses(shadow, self._own.email_domains)
        yield from self._spoken(shadow)
        yield from dates_of_birth(shadow)
        yield from addresses_in_words(shadow, self._contacts.places)
        if _DIGIT.search(shadow.digits):
            for datum in self._with_digits(shadow):
                if not _is_a_pages(datum, shadow.digits, links):
                    yield datum

    def _with_digits(self, shadow: Shadow) -> Iterator[Datum]:
        is_mixed = bool(_MIXED.search(shadow.latin) or _CAPITALS.search(shadow.cased))
        if _MANY_DIGITS.search(shadow.digits) or is_mixed:
            yield from self.phones.find(shadow.digits)
            yield from identity_numbers(shadow)
            yield from bank_numbers(shadow, is_mixed=is_mixed)
            yield from national_identities(shadow, self._regions, is_mixed=is_mixed)
        yield from postal_addresses(shadow, self._contacts.places, is_mixed=is_mixed)
        if is_mixed:
            yield from vehicle_plates(shadow)

    def _spoken(self, shadow: Shadow) -> Iterator[Datum]:
        for run in spoken_runs(shadow):
            kind = self._kind_of_spoken(shadow.text, run)
            if kind is not None:
                yield Datum(kind, run.start, run.end, run.digits, "spelt out")

    def _kind_of_spoken(self, text: str, run: SpokenRun) -> str | None:
        rung = is_called(text, run.start)
        if run.words:
            kind = spoken_identity(run.digits, before(text, run.start))
            if kind is not None:
                return kind
        elif is_reference(text, run.start):
            return None
        detail = self.phones.spoken(run, is_rung=rung)
        return "phone" if detail else None


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
