"""The lists that personal data are told by: services, public places, other countries."""

import pytest
from pydantic import ValidationError

from services.reading.contacts import NO_CONTACTS, ContactLists, Contacts
from services.reading.lists import WordLists
from tests.unit.reading.draft_reading import kinds, kinds_here


def test_a_service_on_an_ordinary_line_may_be_given() -> None:
    """Only the list knows that it rings at no home."""
    text = "Ring 0131 496 0999."

    assert [] == kinds_here(text)
    assert ["phone"] == kinds(text)


def test_a_service_before_a_number_is_no_part_of_it() -> None:
    """The relay's digits stand before the number of the one who is rung."""
    assert [] == kinds_here("Text relay: call 7726 0300 123 4567")


@pytest.mark.parametrize(
    "text",
    [
        "Cool rooms are at the Town House, EH60 1AA.",
        "The registrars are at Mercatburgh Town House, 1 Cross Street, EH60 1AA.",
        "Registrars: 1 Cross Street, EH60 1AA (Town House)",
        "The Corn Hall is at 2 Market Street",
        "14 High Street (the community centre)",
        "3 Braehead Road, the community hub",
        "Northmuir Library is at 12 Abbey Road North, EH61 2HA",
        "Mercatburgh Council, 1 Cross Street, EH60 1AA",
        "The library has moved to 12 High Street",
        "Roadworks at 14 Abbey Road North until Friday",
        "The 14 Abbey Road North bus",
        "between 12 and 40 Mill Lane",
        "works from 14 High Street to 40 High Street",
        "24 Mill Lane residents came",
        "Saturday 14 High Street market",
        "2025 Harbour Row plan",
        "5 Saltcoats Drive centre",
        "1 Way Street",
        "room 12, Town House",
        "the number 14 High Street bus",
        "No 14 bus on Abbey Road",
        "Half past 2 Harbour Row",
    ],
)
def test_public_places_and_streets_are_no_homes(text: str) -> None:
    """A public building's address, a stretch of a street and a count are nobody's door."""
    assert [] == kinds_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "The crew is coming back to 47 Saltcoats Drive",
        "flat 3/2, 118 Castlehill",
        "2/1, 47 Castlehill is where the leak began",
        "the owner of 9 Gallowhill Crescent",
        "objections came from 14 Abbey Road North",
        "numbers 12 and 14 Mill Lane",
        "8 Harbour Row's bin",
        "8 HARBOUR ROW",
        "he lives at 8 harbour row",
        "Saltcoats Drive, number 47",
        "She lives at Rose Cottage, Uplands Road",
        "12 Market Street, above the bookmaker",
        "Your appeal about 112 Abbey Road North",
        "Mr Orr of 5 Weavers' Vennel",
        "Flat 6 / 14 Kirkgate",
    ],
)
def test_homes_are_found_however_they_are_written(text: str) -> None:
    """A door is a door, before or after its street, and by its name."""
    assert ["address"] == kinds_here(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_numbers": ["ring us"]},
        {"public_places": ["(hall"]},
        {"regions_beside": ["France"]},
        {"unknown": []},
    ],
)
def test_a_wrong_entry_is_refused(wrong: dict[str, list[str]]) -> None:
    """A list that could not be looked for is an officer's slip, and is said."""
    entries: dict[str, list[str]] = {
        "service_numbers": [],
        "public_places": [],
        "regions_beside": [],
    }

    with pytest.raises(ValidationError):
        ContactLists.model_validate({**entries, **wrong})


def test_every_list_is_asked_for() -> None:
    """A list left out is a slip too, while an empty one is a choice."""
    with pytest.raises(ValidationError):
        ContactLists.model_validate({"service_numbers": []})
    assert NO_CONTACTS == WordLists().contacts
    assert () == Contacts().regions_beside
