"""What the text answered gave away, and what it quoted as a reference."""

import pytest

from tests.unit.reading.draft_reading import kinds_here


@pytest.mark.parametrize(
    ("kind", "parent", "text"),
    [
        ("phone", "my number is 960461", "We have 960 461 noted."),
        ("phone", "Ring me on 07700 900461", "We'll ring 0770 0900461 today."),
        ("vehicle_plate", "the van P8 CHT blocks my drive", "P8 CHT has been dealt with."),
        ("vehicle_plate", "my reg is TAM 1", "TAM 1 is exempt now."),
        ("email", "mail tam@forge.example", "We wrote to tam @ forge example."),
        ("date_of_birth", "born 14/03/1962, am i eligible?", "With 14/03/1962 you are."),
        ("address", "I'm at 22 Saltcoats Drive", "So 22 SALTCOATS DRIVE it is."),
    ],
)
def test_a_datum_given_by_the_citizen_is_not_said_again(kind: str, parent: str, text: str) -> None:
    """It may pass by itself, but beside the question it is somebody's."""
    assert [kind] == kinds_here(text, parent)


@pytest.mark.parametrize(
    ("parent", "text"),
    [
        ("Ref 943 476 5919, when is my repair?", "943 476 5919 is booked for Monday."),
        ("order 07700 900 461", "order 07700 900 461 is due."),
        ("is 01632 960000 yours?", "Yes, 01632 960000 is ours."),
        ("22 Saltcoats Drive has no bin", "A crew is on Saltcoats Drive on 22 May."),
        ("the meeting on 14/03/2025?", "On 14/03/2025 at 7."),
        ("Ring me on 07700 900461", "We will ring you today."),
        ("mail tam@forge.example", "We wrote to you at the forge."),
    ],
)
def test_references_and_what_is_not_repeated_are_left_alone(parent: str, text: str) -> None:
    """What the citizen called a reference is one in the answer too."""
    assert [] == kinds_here(text, parent)


def test_a_reference_of_nobody_is_still_weighed() -> None:
    """Without the question the same figures are a health number."""
    assert ["nhs_number"] == kinds_here("943 476 5919 is booked for Monday.")
