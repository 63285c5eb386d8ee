"""How long an answer may take, as a person writes it: `2 hours`, `5 working days`."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Unit = Literal["minutes", "hours", "working hours", "working days"]

END_OF_DAY: Final = "end of the working day"
AMOUNTS_MAX: Final[dict[Unit, int]] = {
    "minutes": 100_000,
    "hours": 10_000,
    "working hours": 4_000,
    "working days": 500,
}

_UNITS: Final = {unit[:-1]: unit for unit in AMOUNTS_MAX}
_FORM: Final = re.compile(r"([0-9]{1,6}) (minute|hour|working hour|working day)s?")
_CURE: Final = f"write it as 30 minutes, 2 hours, 8 working hours, 5 working days or {END_OF_DAY}."


class Duration(BaseModel):
    """An amount of time: minutes and hours by the clock, the working ones by the calendar.

    Working days end at closing time; none of them is the end of the working day itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[int, Field(ge=0)]
    unit: Unit

    def __str__(self) -> str:
        """Return the words a person would write."""
        if self.amount == 0:
            return END_OF_DAY
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit[:-1]}"


def duration_of(text: str) -> Duration:
    """Return the duration that a text stands for. Raises ValueError, with the cure, if none."""
    words = " ".join(text.lower().split())
    if words == END_OF_DAY:
        return Duration(amount=0, unit="working days")
    found = _FORM.fullmatch(words)
    if found is None:
        raise ValueError(f"{text[:60]!r} is not a length of time; {_CURE}")
    unit = _UNITS[found[2]]
    amount = int(found[1])
    if not 1 <= amount <= AMOUNTS_MAX[unit]:
        raise ValueError(f"must be 1 to {AMOUNTS_MAX[unit]:,} {unit} (given: {text[:60]}).")
    return Duration(amount=amount, unit=unit)


def _from_words(value: Any) -> Any:
    if isinstance(value, str):
        return duration_of(value)
    if isinstance(value, int | float):
        raise ValueError(f"a number alone is not a length of time; {_CURE}")  # noqa: TRY004 - pydantic turns ValueError into a fault
    return value


WrittenDuration = Annotated[Duration, BeforeValidator(_from_words)]
"""A duration in a settings file: text there, a `Duration` here."""
