"""What all dashboards have alike: variables, links between them, marks for what was decided."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from deploy.monitoring import queries
from deploy.monitoring.alert import RUNBOOKS
from deploy.monitoring.panels import SOURCE, Panel, dashboard_link, outer_link
from services.runtime import speaking_metrics as metrics
from services.runtime.metric import Metric

ALL: Final = ".*"
SOURCE_UID: Final = "prometheus"
"""The id of the data source that is provisioned; a variable lets people choose another."""


class Place(NamedTuple):
    """A dashboard by its id in addresses and its title."""

    uid: str
    title: str


SERVICE: Final = Place("mercat-service", "Service today")
VOICE: Final = Place("mercat-voice", "Voice")
LISTENING: Final = Place("mercat-listening", "Listening")
ENGINE_ROOM: Final = Place("mercat-engine-room", "Engine room")
REVISIONS: Final = Place("mercat-revisions", "One policy revision against another")
PLACES: Final = (SERVICE, VOICE, LISTENING, ENGINE_ROOM, REVISIONS)


class Choice(NamedTuple):
    """A variable: the values of a label of a metric, to choose from. `many` begins with all."""

    name: str
    label: str
    metric: Metric
    of: str
    many: bool = True
    sort: VariableSort = VariableSort.ALPHABETICAL_ASC


class Row(NamedTuple):
    """Panels under one heading, side by side and below one another."""

    title: str
    panels: Sequence[Panel]


def made(
    place: Place,
    description: str,
    rows: Sequence[Row],
    choices: Sequence[Choice] = (),
    since: str = "now-6h",
) -> dashboard.Dashboard:
    """Return a dashboard that begins with what has been `since` then."""
    board = (
        dashboard.Dashboard(place.title)
        .uid(place.uid)
        .description(description)
        .tags(["mercat"])
        .timezone("browser")
        .refresh("30s")
        .time(since, "now")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(
            dashboard.DatasourceVariable("datasource")
            .label("Prometheus")
            .type("prometheus")
            .current(VariableOption(selected=True, text="Prometheus", value=SOURCE_UID))
        )
    )
    for choice in choices:
        board = board.with_variable(_variable(choice))
    for name, colour, expr in MARKS:
        board = board.annotation(_mark(name, colour, expr))
    for other in PLACES:
        if other != place:
            board = board.link(dashboard_link(other.title, other.uid))
    board = board.link(outer_link("Runbooks", RUNBOOKS))
    for row in rows:
        board = board.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            board = board.with_panel(panel)
    return board


MARKS: Final = (
    ("Rules activated", "blue", queries.rises(f"max({metrics.RULES_NUMBER.name})")),
    (
        "Takeover went live",
        "purple",
        queries.rises(f'max({metrics.TAKEOVERS.name}{{state="live"}})'),
    ),
    ("Halt", "red", queries.rises(f"sum(max by (kind) ({metrics.HALTS.name}))")),
)
"""What is marked on the time line: its name, its colour, and what tells it."""


def _variable(choice: Choice) -> dashboard.QueryVariable:
    variable = (
        dashboard.QueryVariable(choice.name)
        .label(choice.label)
        .datasource(SOURCE)
        .query(f"label_values({choice.metric.name}, {choice.of})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(choice.sort)
    )
    if choice.many:
        variable = variable.multi(True).include_all(True).all_value(ALL)
    return variable


def _mark(name: str, colour: str, expr: str) -> dashboard.AnnotationQuery:
    return (
        dashboard.AnnotationQuery()
        .name(name)
        .datasource(SOURCE)
        .enable(True)
        .icon_color(colour)
        .expr(expr)
    )
