"""A personal datum found in a shadow, its mask, and the words around it that speak for or against.

Nothing outside this room sees the datum itself: what leaves is a place and a mask.
"""

import re
from typing import Final, NamedTuple

MASKED_LENGTH_MAX: Final = 48

_KEPT: Final = {
    "phone": 5,
    "payment_card": 4,
    "iban": 4,
    "nhs_number": 3,
    "chi_number": 2,
    "bank_account": 2,
    "vehicle_plate": 2,
    "national_insurance_number": 2,
    "national_id": 2,
    "health_number": 2,
    "passport": 2,
    "driving_licence": 2,
    "postcode": 2,
}
_NOUN: Final = (
    r"ref(?:erence)?s?|case|order|ticket|report|enquiry|inquiry|application|invoice|job|licen[cs]e"
    r"|permit|bin|asset|column|request|incident|crime|complaint|planning|tracking|parcel|serial"
    r"|barcode|isbn|issn|batch|receipt|log|issue|customer|account|meter|model|part|product|foi|eir"
    r"|booking|contract|charity|company|registered|tender|committee|agenda|minute|byelaw|regulation"
    r"|edition|version|cyfeirnod|rhif|achos"
)
_REFERENCE: Final = re.compile(
    rf"(?:\b(?:{_NOUN})\b\W{{0,3}}(?:(?:number|no|num|id|code|is|was|yw|cyf|#)\b\W{{0,3}}){{0,3}}"
    r"|#|[£$€]\s?)$"
)
_CONTEXT_LENGTH: Final = 48
NUMBERED: Final = (
    r"\b\W{0,3}(?:(?:number|no|num|is|was|yw|rhif|here|as|under|shown|reads?|nummer|numer|numéro"
    r"|número|numero|her|his|your|the|:)\b\W{0,3}){0,4}$"
)
"""What may stand between a number's name and the number, at the end of the words before it."""


class Datum(NamedTuple):
    """A personal datum: its kind, where it stands in the shadow, it, and what it is precisely."""

    kind: str
    start: int
    end: int
    text: str
    detail: str

    @property
    def masked(self) -> str:
        """The datum with all but its first characters starred: `07700 ******`."""
        if self.kind == "email":
            host = self.text.rpartition("@")[2]
            return f"***@***.{host.rpartition('.')[2]}"[:MASKED_LENGTH_MAX]
        if self.kind == "address":
            if not any(map(str.isdigit, self.text)):
                return _starred(self.text, 0)
            return re.sub(r"\d\w*", "**", self.text)[:MASKED_LENGTH_MAX]
        alphanumeric = sum(map(str.isalnum, self.text))
        return _starred(self.text, min(_KEPT.get(self.kind, 0), alphanumeric // 2))


def word_set(text: str) -> frozenset[str]:
    """Return the words between a text's blanks, for tables that read better as one text."""
    return frozenset(text.split())


def before(text: str, start: int, length: int = _CONTEXT_LENGTH) -> str:
    """Return what stands directly before a place, on the same line."""
    return text[max(0, start - length) : start].rpartition("\n")[2]


def is_reference(text: str, start: int) -> bool:
    """Return whether the words before a place announce a reference, such as an order number."""
    return _REFERENCE.search(before(text, start)) is not None


def _starred(text: str, kept: int) -> str:
    letters = []
    for letter in text[:MASKED_LENGTH_MAX]:
        is_hidden = letter.isalnum() and kept <= 0
        kept -= letter.isalnum()
        letters.append("*" if is_hidden else letter)
    return "".join(letters)
