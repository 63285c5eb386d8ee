"""Health numbers, National Insurance numbers and cards: rows of digits that name one person.

Check digits are those of `python-stdnum`. A number whose check digit fails counts only where the
words before it say what it is.
"""

import re
from collections.abc import Iterator
from typing import Final

from stdnum.gb import nhs

from services.reading.bank_numbers import CARD_LENGTHS, is_card
from services.reading.datum import NUMBERED, Datum, before, is_reference, word_set
from services.reading.shadow import Shadow

_NHS_SAID: Final = re.compile(r"\b(?:nhs|gig|health|patient)" + NUMBERED)
_CHI_SAID: Final = re.compile(r"\bchi" + NUMBERED)
_INSURANCE_SAID: Final = re.compile(
    r"\b(?:n\.?i\.?|nino|national insurance|yswiriant gwladol)\b[^\d\n]{0,32}$"
)
_INSURANCE_WORDS: Final = word_set("ni n nino insurance gwladol")

_DIGITS: Final = re.compile(
    r"(?<![\w£$€+])(?<!\d[.,/])\d(?:(?:[ *_/|-]{0,3}|\.(?=\d{3,4}(?!\d)))\d){8,}(?![\w%])"
)
_GROUP: Final = re.compile(r"\d+")
_HEALTH_LENGTH: Final = 10
_HEALTH_GROUPS: Final = frozenset({(3, 3, 4), (6, 4), (10,), (2, 2, 2, 4), (6, 3, 1)})
_CHI_DATE: Final = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{6}")
# Ten digits in one row are a job, a parcel or a meter as well; these words decide.
_HEALTH_WORDS: Final = word_set(
    "nhs chi gig patient patients health hospital hospitals gp surgery clinic doctor nurse"
    " therapist"
    " physio medical medication prescription care carer record records referral discharge ward"
    " stairlift equipment wheelchair dentist dental midwife vaccine vaccination appointment iechyd"
    " meddyg ysbyty claf him her his she he mother father mum dad born"
)

_INSURANCE: Final = re.compile(
    r"(?<![\w-])(?!bg|gb|kn|nk|nt|tn|zz)([a-ceghj-prtw-zq][a-ceghj-npq-tw-z])"
    r"[ ./-]?\d{2}[ ./-]?\d{2}[ ./-]?\d{2}([ ./-]?[a-d])?(?![\w-])"
)


def identity_numbers(shadow: Shadow) -> Iterator[Datum]:
    """Yield the numbers of persons and cards in a text that holds digits."""
    text = shadow.digits
    has_health = not _HEALTH_WORDS.isdisjoint(shadow.letters)
    for run in _DIGITS.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
        first = 0
        while first < len(groups):
            width, datum = _at_front(
                text, groups[first : first + CARD_LENGTHS.stop], has_health=has_health
            )
            if datum is not None:
                yield datum
            first += width
    is_spoken_of = not _INSURANCE_WORDS.isdisjoint(shadow.letters)
    for match in _INSURANCE.finditer(text):
        is_said = is_spoken_of and _INSURANCE_SAID.search(before(text, match.start())) is not None
        if is_said or (match[2] and not is_reference(text, match.start())):
            yield Datum("national_insurance_number", *match.span(), match[0], "")


def spoken_identity(digits: str, said: str) -> str | None:
    """Return the kind of a number given in bare digits after some words, or None."""
    return _kind_of_digits(digits, (len(digits),), said, is_doubtful=False)


def _at_front(
    text: str, groups: list[tuple[int, int]], *, has_health: bool
) -> tuple[int, Datum | None]:
    """Return how many groups of digits were used up, at least one, and what they are."""
    start = groups[0][0]
    lengths = tuple(end - begin for begin, end in groups)
    for width in range(len(groups), 0, -1):
        total = sum(lengths[:width])
        if total != _HEALTH_LENGTH and total not in CARD_LENGTHS:
            continue
        digits = "".join(text[begin:end] for begin, end in groups[:width])
        is_doubtful = is_reference(text, start) or (width == 1 and not has_health)
        said = before(text, start)
        kind = _kind_of_digits(digits, lengths[:width], said, is_doubtful=is_doubtful)
        if kind is not None:
            end = groups[width - 1][1]
            return width, Datum(kind, start, end, text[start:end], "")
    return 1, None


def _kind_of_digits(
    digits: str, groups: tuple[int, ...], said: str, *, is_doubtful: bool
) -> str | None:
    if len(digits) in CARD_LENGTHS:
        return "payment_card" if is_card(digits, said) else None
    if len(digits) != _HEALTH_LENGTH:
        return None
    if _CHI_SAID.search(said):
        return "chi_number"
    if _NHS_SAID.search(said):
        return "nhs_number"
    is_spaced_out = len(groups) == _HEALTH_LENGTH
    if is_doubtful or not (groups in _HEALTH_GROUPS or is_spaced_out) or not nhs.is_valid(digits):
        return None
    return "chi_number" if _CHI_DATE.fullmatch(digits) else "nhs_number"
