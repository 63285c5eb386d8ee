"""Families of constructions, and what beside them makes them harmless."""

import pytest

from services.reading.claim_lists import FamilyList
from services.reading.families import FamilyFinder
from services.reading.shadow import Shadow

FAMILY = FamilyList(
    phrases=("guarantee", "we promise"),
    signs=("hence", "thereby", "duly"),
    signs_min=2,
    unless_before=("not", "no"),
    unless_after=("credit",),
    unless_in_sentence=("charter",),
    unless_in_draft=("one exception",),
)
FINDER = FamilyFinder({"sure": FAMILY}, {"speakers": ("we", "i")})


def phrases(text: str) -> list[str]:
    """Return the phrases found in a text."""
    return [hit.phrase for hit in FINDER.find(Shadow(text))]


@pytest.mark.parametrize(
    "text",
    [
        "We guarantee it.",
        "It is not long now but we guarantee it.",
        "Not today. Guarantee it we do.",
        "The charter is out. We guarantee it.",
        "No one who waited at the very back could guarantee it.",
    ],
)
def test_a_phrase_is_found(text: str) -> None:
    """What excuses it stands too far off, in another sentence, or before another speaker."""
    assert ["guarantee"] == phrases(text)


@pytest.mark.parametrize(
    "text",
    [
        "We cannot guarantee it.",
        "There is no guarantee of that.",
        "Guarantee Credit is paid weekly.",
        "The charter lets us guarantee it.",
        "We guarantee it. There is one exception.",
    ],
)
def test_a_phrase_is_excused(text: str) -> None:
    """Before it, behind it, in its sentence or anywhere: each list has its reach."""
    assert [] == phrases(text)


def test_signs_count_only_together() -> None:
    """One sign, be it repeated, is no fault; two different ones are."""
    assert [] == phrases("Hence the sign. Hence the line.")
    assert ["hence", "duly"] == phrases("Hence it was duly done.")


def test_of_phrases_that_overlap_one_stays() -> None:
    """A stretch is told once."""
    finder = FamilyFinder(
        {"sure": FAMILY.model_copy(update={"phrases": ("we promise", "promise you")})}, {}
    )

    assert ["we promise"] == [hit.phrase for hit in finder.find(Shadow("We promise you."))]
