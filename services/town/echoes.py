"""Hundreds of voices on one grievance: the bin rounds were changed, and no lorry comes."""

from typing import Final

from services.town.draw import Draw
from services.town.wording import DISTRICTS, STREETS

_STARTS: Final = (
    "", "", "", "Same here.", "Same story here.", "Aye, us too.", "Add {place} to the list.",
    "And {place}.", "{place} as well.", "{place} checking in.", "Not just you.", "Can confirm.",
    "+1 from {place}.", "Since the new rounds,", "Ever since the leaflet,", "Another one.",
    "For the record:", "Count us in.", "This.", "Louder for the folk at the back:", "Snap.",
)  # fmt: skip
_MIDDLES: Final = (
    "no bins lifted on {place} for three weeks", "nobody has emptied a bin on {place} this month",
    "week three and the bins on {place} are still full", "three collections missed on {place}",
    "our street fell off the new bin route", "they skip {place} every single time now",
    "the bin lorry goes past the end of {place} and never turns in",
    "new collection day came, new collection day went, bins still out on {place}",
    "blue bin missed again at {place}",
    "the green bins on {place} haven't moved since they changed the day",
    "put it out, took it in, put it out, took it in", "bags stacked three high outside {place}",
    "reported {place} twice, both times closed as collected", "gulls have had the lot at {place}",
    "{place} hasn't seen a lorry since the routes changed",
    "fourth missed bin and counting, {place}",
    "my mum on {place} is 79 and dragging a full bin back every week",
    "no pick up on {place}, again",
    "the app says {place} was done this morning. it was not",
    "two weeks of nappies and no collection",
    "the new rounds have forgotten {place}", "nineteen days, {place}, not one bin emptied",
)  # fmt: skip
_ENDS: Final = (
    "", "", "", ".", ".", "!!", ". Sort it.", ". Please just send the lorry back.", " 🗑️",
    ". What are we paying for?", ". It's not the crews' fault.", " @mercatburgh", ". Refund?",
    " and the smell is something else.", ". Who drew this map?", " #bins", " 😡",
    ". Third time asking.",
)  # fmt: skip
_WELSH: Final = (
    "Yr un peth ar {place}, dim casgliad ers tair wythnos.", "A ninnau hefyd, {place}.",
    "Biniau llawn ar {place} ers newid y drefn gasglu.", "Dim lorri ar {place} eto heddiw.",
    "Tair wythnos, dim biniau wedi'u gwagio. {place}.", "{place} wedi'i anghofio'n llwyr.",
)  # fmt: skip
_WELSH_SHARE: Final = 0.06


def echo_text(draw: Draw) -> str:
    """Return one more voice on the bin rounds, in its own words, about its own street."""
    place = draw.choice((*STREETS, *DISTRICTS))
    if draw.chance(_WELSH_SHARE):
        return draw.choice(_WELSH).format(place=place)
    start = draw.choice(_STARTS)
    middle = draw.choice(_MIDDLES)
    if start[-1:] in (".", "") and draw.chance(0.5):
        middle = middle[0].upper() + middle[1:]
    return f"{start} {middle}{draw.choice(_ENDS)}".strip().format(place=place)
