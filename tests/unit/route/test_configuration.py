"""Routing settings from YAML: what does not agree is named with its line."""

import pytest

from services.route.configuration import RoutingSettings, routing_faults
from services.runtime.errors import SettingsError
from services.runtime.yaml_lines import parse_yaml

TEXT = """\
teams:
  - {id: roads, name: Roads, standard: 10 working days}
  - {id: contact, name: Contact, standard: 2 working days}
themes:
  - {id: potholes, team: roads, name: Potholes, words: [pothole*]}
places:
  - {name: Harbour Row, also: the harbour}
calendar: {opens: "08:30", closes: 16:45, extra_closed: [2026-12-24]}
"""


def read(text: str) -> RoutingSettings:
    """Return the settings that a text holds, checked within themselves."""
    return parse_yaml(text, RoutingSettings, "mercat.yaml", routing_faults)


def test_settings_are_read_with_quotes_or_without() -> None:
    """Times, dates and lone entries may be written as people write them."""
    settings = read(TEXT)

    assert f"{settings.calendar.opens:%H:%M}-{settings.calendar.closes:%H:%M}" == "08:30-16:45"
    assert str(settings.calendar.extra_closed[0]) == "2026-12-24"
    assert settings.places[0].also == ("the harbour",)
    assert str(settings.standard_of("roads")) == "10 working days"


def test_nobody_is_a_team_that_posts_may_go_to() -> None:
    """`none` needs no entry among the teams."""
    settings = read(TEXT)

    assert [settings.knows_team(team) for team in ("roads", "none", "lighting")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: contact", "id: roads", "line 3: teams[2].id: 'roads' is also number 1"),
        ("id: contact", "id: contacts", "fallback_team: there is no team 'contact'; did you mean"),
        ("team: roads", "team: raods", "line 5: themes[1].team: there is no team 'raods'; did"),
        ("16:45", "08:00", "line 8: calendar.closes: must be later than opens (08:30)."),
        ("16:45", "4pm", "line 8: calendar.closes: '4pm' is not a time of day; write it as 09:00."),
        ("16:45", "17", "calendar.closes: 17 is not a time of day"),
        ("2026-12-24", "24.12.2026", "'24.12.2026' is not a date; write it as 2026-12-31."),
        ("{opens", "{country: ZZ, opens", "calendar.country: bank holidays are not known"),
        ("{opens", "{zone: Europe/Mercat, opens", "calendar.zone: 'Europe/Mercat' is no time zone"),
        ("{opens", "{extra_open: [2026-12-24], opens", "2026-12-24 is in extra_closed too"),
        ("10 working days", "10 days", "teams[1].standard: '10 days' is not a length of time"),
        ("10 working days", "10", "teams[1].standard: a number alone is not a length of time"),
        ("[pothole*]", "[po*]", "themes[1].words[1]: 'po*' has a stem under 3 letters"),
        ("Harbour Row", "'!'", "places[1].name: '!' holds no word"),
    ],
)
def test_settings_that_do_not_agree_are_named(old: str, new: str, expected: str) -> None:
    """Each disagreement is one sentence with its line."""
    with pytest.raises(SettingsError) as caught:
        read(TEXT.replace(old, new, 1))

    assert expected in str(caught.value)
