"""The settings and rules a new body begins with, as text that people go on to edit."""

from collections.abc import Mapping
from typing import Any, Final

from services.house.names import GUEST, handle_of_name
from services.runtime.errors import SettingsError

TEAMS: Final = (("contact", "Contact centre"),)
ACCOUNT_NAME_LENGTH_MAX: Final = 100

_HEAD: Final = """\
# Settings of one body's Mercat. Every key is explained in docs/settings.md.
kind: body

body:
  name: {name}
  zone: {zone}
  languages: [{languages}]

people:
  - name: {person_name}
    address: {person_address}

http:
  host: 127.0.0.1
  port: 8484

routing:
  fallback_team: {fallback}
  calendar:
    zone: {zone}
    country: {country}
    subdivision: {subdivision}
    opens: "09:00"
    closes: "17:00"
  # Teams that answer, and how soon each promises to. A post nobody else fits goes to fallback_team.
  teams:
{teams}
  # What posts are about; `words` find a theme in a text. For example:
  #   - {{id: missed-bins, team: waste, name: Missed bins, words: [missed bin, not collected]}}
  themes: []
  # Streets and buildings, so that rules can go by place. For example:
  #   - {{name: Cross Street, also: [Cross St], ward: Central}}
  places: []

# Where posts come from. For example:
#   - {{kind: feed, name: town-news, url: "https://news.example/feed.xml"}}
#   - {{kind: webhook, name: web-form, secrets: [web-form]}}
sources:
  # The small platform that Mercat serves itself, at /house: docs/house.md.
  - {{kind: house, name: house}}

# As whom the body speaks, and where. `source` names the source whose posts an account answers.
accounts:
  - {{id: house, platform: house, name: {account}, handle: {handle}, source: house}}
"""

_RULES: Final = """\
# Routing rules: the first that fits decides. All parts of `when` must hold; any entry of a part is
# enough. `mercat doctor` checks this file and names the line of whatever is wrong. For example:
#
# rules:
#   - name: Wire down
#     when: {words: [wire down, live wire]}
#     then: {team: contact, priority: emergency, deadline: 2 hours}
rules: []
"""


def settings_text(answers: Mapping[str, Any]) -> str:
    """Return the first `mercat.yaml`. Raises SettingsError for a team not written as id=Name."""
    teams = [_team(text) for text in answers["teams"]] or list(TEAMS)
    lines = "\n".join(
        f"    - {{id: {quoted(team)}, name: {quoted(name)}, standard: 5 working days}}"
        for team, name in teams
    )
    ids = [team for team, _ in teams]
    subdivision = answers["subdivision"]
    return _HEAD.format(
        name=quoted(answers["name"]),
        zone=quoted(answers["zone"]),
        languages=", ".join(map(quoted, answers["languages"] or ("en",))),
        person_name=quoted(answers["person_name"]),
        person_address=quoted(answers["person_address"]),
        country=quoted(answers["country"]),
        subdivision="null" if subdivision is None else quoted(subdivision),
        fallback=quoted("contact" if "contact" in ids else ids[0]),
        teams=lines,
        account=quoted(answers["name"][:ACCOUNT_NAME_LENGTH_MAX]),
        handle=quoted(answers["handle"] or account_handle(answers["name"])),
    )


def account_handle(name: str) -> str:
    """Return the handle that a body of this name begins with: `council` where it has no letters."""
    handle = handle_of_name(name)
    return "council" if handle.startswith(GUEST) else handle


def rules_text() -> str:
    """Return the first `rules.yaml`."""
    return _RULES


def quoted(text: str) -> str:
    """Return a text as YAML takes it whatever it holds."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _team(text: str) -> tuple[str, str]:
    team, equals, name = text.partition("=")
    if not equals or not name.strip():
        raise SettingsError(f"--team {text!r}: write a team as id=Name, for example waste=Waste")
    return team.strip(), name.strip()
