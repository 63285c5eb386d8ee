"""The panels that dashboards are made of: one look, and only what Grafana 10 and 11 know."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from deploy.monitoring.alerts import ALERTS
from deploy.monitoring.colours import Colours

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH: Final = 24
HEIGHT: Final = 8
NUMBER_HEIGHT: Final = 4
GOOD: Final = "green"
POOR: Final = "orange"
BAD: Final = "red"
NONE: Final = "none"
NOTHING_YET: Final = "Nothing yet"
RUNBOOK_OF: Final = {alert.name: alert.runbook for alert in ALERTS}
Panel = timeseries.Panel | stat.Panel | bargauge.Panel | table.Panel
Drawn = TypeVar("Drawn", timeseries.Panel, bargauge.Panel)
_PLAIN: Final = "text"


class Query(NamedTuple):
    """What is asked, and what its series are called: `{{label}}` stands for a label's value."""

    expr: str
    legend: str = ""


class Bounds(NamedTuple):
    """From where up a value is poor, and from where it is bad."""

    poor: float | None
    bad: float | None = None


class Floors(NamedTuple):
    """Below which a value is poor, and below which it is bad."""

    poor: float
    bad: float


def lines(
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    width: int = 12,
    stacked: bool = False,
    promise: float | None = None,
    without: str = NOTHING_YET,
) -> timeseries.Panel:
    """Return lines over time, from 0 up, with a dashed one where something was promised.

    `without` says what it means that there is nothing to show.
    """
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .span(width)
        .height(HEIGHT)
        .line_width(2)
        .fill_opacity(30 if stacked else 8)
        .show_points(looks.VisibilityMode.NEVER)
        .span_nulls(True)
        .no_value(without)
        .legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(looks.LegendDisplayMode.LIST)
            .placement(looks.LegendPlacement.BOTTOM)
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(looks.TooltipDisplayMode.MULTI)
            .sort(looks.SortOrder.DESCENDING)
        )
    )
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL))
    if promise is not None:
        dashed = common.GraphThresholdsStyleConfig().mode(looks.GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds(_steps(_PLAIN, (promise, POOR))).thresholds_style(dashed)
    for target in _targets(queries):
        panel = panel.with_target(target)
    return panel


def number(
    title: str,
    description: str,
    unit: str,
    query: Query,
    bounds: Bounds | Floors | None = None,
    *,
    width: int = 4,
    alert: str = "",
) -> stat.Panel:
    """Return one figure as it is now, coloured by its bounds; without any it is plain.

    Where `alert` watches the figure, the panel leads to its runbook.
    """
    panel = (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit(unit)
        .span(width)
        .height(NUMBER_HEIGHT)
        .no_value(NONE)
        .color_mode(looks.BigValueColorMode.VALUE)
        .graph_mode(looks.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_thresholds(bounds))
    )
    if alert:
        panel = panel.links([outer_link("What to do", RUNBOOK_OF[alert])])
    for target in _targets([query], instant=True):
        panel = panel.with_target(target)
    return panel


def bars(
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    width: int = 12,
    without: str = NONE,
) -> bargauge.Panel:
    """Return one bar for each series as it is now, its name beside it."""
    panel = (
        bargauge.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .span(width)
        .height(HEIGHT)
        .orientation(looks.VizOrientation.HORIZONTAL)
        .display_mode(looks.BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.FIXED).fixed_color("blue"))
        .no_value(without)
    )
    for target in _targets(queries, instant=True):
        panel = panel.with_target(target)
    return panel


def coloured(colours: Colours, panel: Drawn) -> Drawn:
    """Return a panel whose series have the colours of what they are called, the rest as before."""
    for name, colour in colours.items():
        fixed = {"mode": FieldColorModeId.FIXED.value, "fixedColor": colour}
        panel = panel.override_by_name(name, [DynamicConfigValue(id_val="color", value=fixed)])
    return panel


def compared(
    title: str, description: str, unit: str, by: str, *queries: Query, width: int = 24
) -> table.Panel:
    """Return a table with a row for each value of a label, and a column for each query."""
    panel = (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit(unit)
        .decimals(1)
        .no_value("0")
        .span(width)
        .height(HEIGHT)
        .with_transformation(DataTransformerConfig(id_val="merge", options={}))
        .with_transformation(
            DataTransformerConfig(
                id_val="organize",
                options={
                    "excludeByName": {"Time": True},
                    "renameByName": {
                        f"Value #{_reference(place)}": query.legend
                        for place, query in enumerate(queries)
                    },
                    "indexByName": {by: 0},
                },
            )
        )
    )
    for target in _targets(queries, instant=True):
        panel = panel.with_target(target.format(PromQueryFormat.TABLE))
    return panel


def dashboard_link(title: str, uid: str) -> dashboard.DashboardLink:
    """Return a link to another dashboard, which keeps the time that is looked at."""
    return (
        dashboard.DashboardLink(title)
        .type(DashboardLinkType.LINK)
        .url(f"/d/{uid}")
        .keep_time(True)
        .icon("dashboard")
    )


def outer_link(title: str, address: str) -> dashboard.DashboardLink:
    """Return a link to a page elsewhere."""
    return (
        dashboard.DashboardLink(title)
        .type(DashboardLinkType.LINK)
        .url(address)
        .target_blank(True)
        .icon("doc")
    )


def _targets(queries: Sequence[Query], *, instant: bool = False) -> list[prometheus.Dataquery]:
    found = []
    for place, query in enumerate(queries):
        target = (
            prometheus.Dataquery()
            .datasource(SOURCE)
            .expr(query.expr)
            .legend_format(query.legend or "__auto")
            .ref_id(_reference(place))
        )
        found.append(target.instant() if instant else target.range())
    return found


def _thresholds(bounds: Bounds | Floors | None) -> dashboard.ThresholdsConfig:
    if bounds is None:
        return _steps(_PLAIN)
    if isinstance(bounds, Floors):
        return _steps(BAD, (bounds.bad, POOR), (bounds.poor, GOOD))
    return _steps(GOOD, (bounds.poor, POOR), (bounds.bad, BAD))


def _steps(lowest: str, *further: tuple[float | None, str]) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color=lowest)]
    steps += [Threshold(value=value, color=color) for value, color in further if value is not None]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _reference(place: int) -> str:
    return chr(ord("A") + place)
