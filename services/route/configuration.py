"""What a body settles about routing: teams, themes, places, opening hours, how soon to answer."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from schemas.assignment import ThemeId
from schemas.classification import TeamId
from services.reading.places import Gazetteer, PlaceNames
from services.reading.words import Phrase
from services.route.durations import Duration, WrittenDuration, duration_of
from services.runtime.yaml_lines import Fault
from services.runtime.yaml_sentences import Path, closest

SETTINGS: Final = ConfigDict(frozen=True, extra="forbid")
NO_TEAM: Final = "none"
"""The team of what is not the body's at all: it gets no case and no deadline."""

TEAMS_COUNT_MAX: Final = 200
THEMES_COUNT_MAX: Final = 2_000
PLACES_COUNT_MAX: Final = 20_000
DATES_COUNT_MAX: Final = 400

Name = Annotated[str, Field(min_length=1, max_length=80)]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: Final[tuple[Day, ...]] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

_TIME: Final = re.compile(r"[0-2][0-9]:[0-5][0-9]")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def listed(value: Any) -> Any:
    """Return a lone text as a list of one, so that `words: pothole` may be written."""
    return (value,) if isinstance(value, str) else value


def _findable(text: str) -> str:
    Phrase(text)
    return text


def _time_of_day(value: Any) -> Any:
    if isinstance(value, time) or (isinstance(value, str) and _TIME.fullmatch(value)):
        return value
    raise ValueError(f"{value!r} is not a time of day; write it as 09:00.")


def _calendar_date(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise ValueError(f"{value!r} is not a date; write it as 2026-12-31.")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/London.") from error
    return name


WrittenPhrase = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_findable)]
"""A word or phrase that rules and themes look for; a word may end in * for a stem."""

PhraseList = Annotated[tuple[WrittenPhrase, ...], BeforeValidator(listed), Field(max_length=200)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
CalendarDate = Annotated[date, BeforeValidator(_calendar_date)]
DateList = Annotated[tuple[CalendarDate, ...], Field(max_length=DATES_COUNT_MAX)]
NameList = Annotated[tuple[Name, ...], BeforeValidator(listed), Field(max_length=200)]


class Team(BaseModel):
    """A part of the body that answers; `standard` is how soon it promises to."""

    model_config = SETTINGS

    id: TeamId
    name: Name
    standard: WrittenDuration
    mailbox: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


class Theme(BaseModel):
    """What posts to a team are about; with `words`, it is found in texts without a rule."""

    model_config = SETTINGS

    id: ThemeId
    team: TeamId
    name: Name
    words: PhraseList = ()


class Place(BaseModel):
    """A street, estate or building by its name and its other spellings, and the ward it lies in."""

    model_config = SETTINGS

    name: Annotated[WrittenPhrase, Field(max_length=80)]
    also: PhraseList = ()
    ward: Name | None = None


class CalendarSettings(BaseModel):
    """When the body is open: zone, weekly hours, bank holidays, and the exceptions to both.

    `extra_open` are bank holidays on which the body works all the same.
    """

    model_config = SETTINGS

    zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/London"
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "GB"
    subdivision: Annotated[str, Field(max_length=10)] | None = "SCT"
    working_days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)] = DAYS[:5]
    opens: TimeOfDay = time(9)
    closes: TimeOfDay = time(17)
    extra_closed: DateList = ()
    extra_open: DateList = ()


class PriorityDeadlines(BaseModel):
    """How soon an answer is due by priority, where that is sooner than the team's standard."""

    model_config = SETTINGS

    emergency: WrittenDuration = duration_of("2 hours")
    urgent: WrittenDuration = duration_of("8 working hours")


class RoutingSettings(BaseModel):
    """All that routing goes by, but for the rules."""

    model_config = SETTINGS

    teams: Annotated[tuple[Team, ...], Field(min_length=1, max_length=TEAMS_COUNT_MAX)]
    themes: Annotated[tuple[Theme, ...], Field(max_length=THEMES_COUNT_MAX)] = ()
    places: Annotated[tuple[Place, ...], Field(max_length=PLACES_COUNT_MAX)] = ()
    calendar: CalendarSettings = CalendarSettings()
    fallback_team: TeamId = "contact"
    team_probability_min: Annotated[float, Field(ge=0.0, le=1.0)] = 0.35
    deadlines: PriorityDeadlines = PriorityDeadlines()

    @cached_property
    def team_by_id(self) -> dict[str, Team]:
        """Every team by its id."""
        return {team.id: team for team in self.teams}

    @cached_property
    def theme_by_id(self) -> dict[str, Theme]:
        """Every theme by its id."""
        return {theme.id: theme for theme in self.themes}

    def knows_team(self, team: str) -> bool:
        """Return whether posts may be given to a team: a listed one, or `none`."""
        return team == NO_TEAM or team in self.team_by_id

    def standard_of(self, team: str) -> Duration:
        """Return how soon a listed team promises to answer."""
        return self.team_by_id[team].standard

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places, ready to be found in texts."""
        return Gazetteer(PlaceNames(each.name, each.also, each.ward) for each in self.places)


def routing_faults(settings: RoutingSettings, path: Path = ()) -> Iterator[Fault]:
    """Yield what does not agree within the settings; `path` is where they stand in their file."""
    yield from _repeated(settings.teams, lambda team: team.id, (*path, "teams"), "id")
    yield from _repeated(settings.themes, lambda theme: theme.id, (*path, "themes"), "id")
    yield from _repeated(settings.places, lambda place: place.name, (*path, "places"), "name")
    teams = [team.id for team in settings.teams]
    if settings.fallback_team not in teams:
        yield unknown((*path, "fallback_team"), "team", settings.fallback_team, teams)
    for number, theme in enumerate(settings.themes):
        if theme.team not in teams:
            yield unknown((*path, "themes", number, "team"), "team", theme.team, teams)
    yield from _calendar_faults(settings.calendar, (*path, "calendar"))


def unknown(path: Path, kind: str, given: str, known: Sequence[str]) -> Fault:
    """Return the fault of naming something that the settings do not list."""
    guess = closest(given, known) or "; correct it, or add it to the settings."
    return Fault(path, f"there is no {kind} {given!r}{guess}")


def _repeated(
    items: Iterable[Any], name_of: Callable[[Any], str], path: Path, field: str
) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, item in enumerate(items):
        name = name_of(item).casefold()
        if name in seen:
            sentence = f"{name_of(item)!r} is also number {seen[name] + 1}; keep one of them."
            yield Fault((*path, number, field), sentence)
        seen.setdefault(name, number)


def _calendar_faults(calendar: CalendarSettings, path: Path) -> Iterator[Fault]:
    if calendar.closes <= calendar.opens:
        yield Fault((*path, "closes"), f"must be later than opens ({calendar.opens:%H:%M}).")
    for day in sorted(set(calendar.extra_closed) & set(calendar.extra_open)):
        yield Fault((*path, "extra_open"), f"{day} is in extra_closed too; keep one of them.")
    # Bank holidays take a twentieth of a second to import: only who reads a calendar pays it.
    import holidays

    try:
        holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
    except NotImplementedError as error:
        cure = "write a country as GB, a subdivision as SCT or leave it out with null."
        yield Fault((*path, "country"), f"bank holidays are not known: {error}; {cure}")
