"""A month of what the sample town's council writes: drafts good and bad, drawn from one seed.

Most may go. Some hold what no rule lets through, some what waits for a colleague, and some what is
well today and would be stopped if somebody changed a list or a figure. All of it is invented.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.town.draw import Draw, Draws, Weights

OPENS: Final = time(9, 15)
CLOSES: Final = time(16, 15)
SATURDAY: Final = 5
PER_DAY: Final = 18
"""How many drafts there are on a working day, about."""

_STREETS: Final = (
    "Mill Lane", "Burgh Loch Road", "the Kirkgate", "Saltcoats Drive", "Harbour Street",
    "Northmuir Avenue", "Braehead Road", "the Eastfield path", "Wynd Square", "Cross Street",
)  # fmt: skip
_THINGS: Final = (
    "bin", "street lamp", "drain", "bench", "gate", "bus shelter", "crossing", "hedge", "railing",
    "litter basket", "notice board", "play frame",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_TIMES: Final = ("8am", "9am", "noon", "2pm", "half past three")
_ASKED: Final = (
    "When will somebody look at the {thing} in {street}?",
    "The {thing} in {street} is broken again.",
    "Who do I tell about the {thing} at {street}?",
    "Second week now with no news of the {thing} in {street}.",
    "Is the {thing} in {street} on your list?",
)
_CLEAN: Final = (
    "Thank you for telling us. A crew comes to the {thing} in {street} on {day} at {time}.",
    "Sorry about that. The {thing} in {street} is on the list for {day}, and we will say here on "
    "{day} whether it is done.",
    "The {thing} in {street} was mended this morning. Tell us here if anything is still wrong.",
    "That {thing} belongs to the railway, not to us. We passed your report on to them at {time}.",
    "We looked on {day}: the {thing} in {street} is safe, and the new part arrives on {day}.",
    "Good question. Repairs to a {thing} take up to 10 working days; yours was reported on {day}.",
    "The lorry did not get past the parked cars in {street}. It comes again on {day} at {time}.",
    "You can ring the contact centre on 0300 555 0100 until 5pm, or write here: both reach the "
    "same team. The {thing} in {street} is planned for {day}.",
)
_TEMPTING: Final = (
    "Kindly note that the {thing} in {street} is planned for {day} at {time}.",
    "As a gesture, the team painted the {thing} in {street} too. It is dry on {day}.",
    "No worries! The {thing} in {street} is booked in for {day} at {time}.",
    "Fresh paint for the {thing} in {street} on {day} 🎨🖌️",
)
_PROMISES: Final = (
    "We will look into the {thing} in {street} as soon as possible.",
    "Your comments on the {thing} have been passed on and will be dealt with in due course.",
)
_GUARANTEES: Final = (
    "We guarantee that no {thing} in {street} will ever break again.",
    "The {thing} in {street} will definitely never be out of use again, guaranteed.",
)
_PERSONAL: Final = (
    "The neighbour who reported the {thing} in {street} can be reached on 07700 900{number}.",
    "Write to the tenant at resident{number}@mail.example about the {thing} in {street}.",
)
_EMOJI: Final = (
    "The {thing} in {street} is done!! 🎉🎉🎉🎉🎉🎉🎉 See you on {day}.",
    "New {thing} in {street} 🌳🌳🌳🌳🌳🌷🌷🌷 Come and see it on {day}.",
)
_KINDS: Final = (_CLEAN, _TEMPTING, _PROMISES, _GUARANTEES, _PERSONAL, _EMOJI)
_WEIGHTS: Final = Weights((66, 12, 8, 3, 6, 5))
_AUTHORS: Final = ("ann", "ann", "ann", "dee")
_STATEMENTS: Final = 0.12
_AGREED: Final = 0.9


@dataclass(frozen=True, slots=True)
class Spoken:
    """One draft of the month: `asked` is what it answers, None where it stands by itself.

    `is_agreed_to` says whether a colleague consents to it, if that is what it waits for.
    """

    at: datetime
    login: str
    asked: str | None
    text: str
    is_agreed_to: bool


def month(seed: int, end: datetime, days: int, zone: ZoneInfo) -> Iterator[Spoken]:
    """Yield what is written on the working days before `end`, in order; same seed, same words."""
    draws = Draws(seed)
    last = end.astimezone(zone).date()
    for number in range(days, 0, -1):
        day = last - timedelta(days=number)
        if day.weekday() >= SATURDAY:
            continue
        draw = draws.at("month", day.isoformat())
        opens = datetime.combine(day, OPENS, zone)
        open_seconds = (datetime.combine(day, CLOSES, zone) - opens).total_seconds()
        count = PER_DAY - 4 + draw.integer(9)
        for place in range(count):
            at = opens + timedelta(seconds=round(open_seconds * place / count))
            yield _spoken(draws.at("draft", day.isoformat(), place), at)


def _spoken(draw: Draw, at: datetime) -> Spoken:
    filled = {
        "thing": draw.choice(_THINGS),
        "street": draw.choice(_STREETS),
        "day": draw.choice(_DAYS),
        "time": draw.choice(_TIMES),
        "number": f"{100 + draw.integer(900)}",
    }
    kind: Sequence[str] = _KINDS[draw.weighted(_WEIGHTS)]
    asked = None if draw.chance(_STATEMENTS) else draw.choice(_ASKED).format_map(filled)
    return Spoken(
        at=at,
        login=draw.choice(_AUTHORS),
        asked=asked,
        text=draw.choice(kind).format_map(filled),
        is_agreed_to=draw.chance(_AGREED),
    )
