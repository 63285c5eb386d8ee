"""The panels that dashboards are made of: one look, and only what Grafana 10 and 11 know."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    timeseries,
)
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataSourceRef,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
)

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH: Final = 24
HEIGHT: Final = 8
NUMBER_HEIGHT: Final = 4
GOOD: Final = "green"
POOR: Final = "orange"
BAD: Final = "red"
Panel = timeseries.Panel | stat.Panel | bargauge.Panel


class Query(NamedTuple):
    """What is asked, and what its series are called: `{{label}}` stands for a label's value."""

    expr: str
    legend: str = ""


class Bounds(NamedTuple):
    """From where a value is poor, and from where it is bad."""

    poor: float | None
    bad: float | None = None


def lines(
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    width: int = 12,
    stacked: bool = False,
) -> timeseries.Panel:
    """Return lines over time, from 0 up; the legend below tells the last value."""
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
    for target in _targets(queries):
        panel = panel.with_target(target)
    return panel


def number(
    title: str,
    description: str,
    unit: str,
    query: Query,
    bounds: Bounds | None = None,
    width: int = 4,
) -> stat.Panel:
    """Return one figure as it is now, coloured by its bounds; without any it is plain."""
    panel = (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit(unit)
        .span(width)
        .height(NUMBER_HEIGHT)
        .no_value("none")
        .color_mode(looks.BigValueColorMode.VALUE)
        .graph_mode(looks.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_thresholds(bounds))
    )
    for target in _targets([query], instant=True):
        panel = panel.with_target(target)
    return panel


def bars(
    title: str, description: str, unit: str, *queries: Query, width: int = 12
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
    )
    for target in _targets(queries, instant=True):
        panel = panel.with_target(target)
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
            .ref_id(chr(ord("A") + place))
        )
        found.append(target.instant() if instant else target.range())
    return found


def _thresholds(bounds: Bounds | None) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color="text" if bounds is None else GOOD)]
    if bounds is not None:
        for value, colour in ((bounds.poor, POOR), (bounds.bad, BAD)):
            if value is not None:
                steps.append(Threshold(value=value, color=colour))
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
