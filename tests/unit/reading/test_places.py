"""Places in a text: by any spelling, in order, the longest name wins."""

import pytest

from services.reading.places import Gazetteer, PlaceNames
from services.reading.words import Words

GAZETTEER = Gazetteer(
    [
        PlaceNames("Abbey Road", ward="Northmuir"),
        PlaceNames("Abbey Road North"),
        PlaceNames("Harbour Row", also=("the harbour",), ward="Port Mercat"),
        PlaceNames("Weavers' Vennel"),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dark again in weavers vennel", ("Weavers' Vennel",)),
        ("the harbour, then Abbey Road", ("Harbour Row", "Abbey Road")),
        ("along Abbey Road North", ("Abbey Road North",)),
        ("#HarbourRow stinks", ("Harbour Row",)),
        ("Harbour Row or the harbour, all one", ("Harbour Row",)),
        ("an abbey on some road", ()),
    ],
)
def test_places_are_found_by_their_spellings(text: str, expected: tuple[str, ...]) -> None:
    """Each place counts once, as it is first spoken of, by its proper name."""
    assert GAZETTEER.find(Words(text)) == expected


def test_place_is_named_by_a_spelling_and_nothing_more() -> None:
    """A place field that a source fills in is recognised if it is a spelling."""
    assert GAZETTEER.named("THE HARBOUR") == "Harbour Row"
    assert GAZETTEER.named("near the harbour") is None


def test_ward_is_told_where_the_list_says_so() -> None:
    """A place without a ward has none."""
    assert GAZETTEER.ward_of("Harbour Row") == "Port Mercat"
    assert GAZETTEER.ward_of("Abbey Road North") is None
