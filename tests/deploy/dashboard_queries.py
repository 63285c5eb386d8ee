"""Everything that dashboards ask Prometheus, with the variables put in as Grafana would."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from deploy.monitoring.dashboard_files import dashboards

EVERYTHING: Final = ".*"


class Asked(NamedTuple):
    """An expression, and where it is asked: dashboard, and panel, variable or mark."""

    board: str
    place: str
    expr: str

    @property
    def name(self) -> str:
        """Where it stands, for whoever reads a failure."""
        return f"{self.board}: {self.place}"


def panels(board: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give each panel of a dashboard, those in folded rows too."""
    for panel in board["panels"]:
        if panel["type"] != "row":
            yield panel
        yield from panel.get("panels", [])


def panel_queries() -> list[Asked]:
    """Return what each panel asks."""
    return [
        Asked(uid, f"{panel['title']} ({target['refId']})", target["expr"])
        for uid, board in dashboards().items()
        for panel in panels(board)
        for target in panel["targets"]
    ]


def mark_queries() -> list[Asked]:
    """Return what the marks on time lines ask."""
    return [
        Asked(uid, mark["name"], mark["expr"])
        for uid, board in dashboards().items()
        for mark in board["annotations"]["list"]
    ]


def variable_queries() -> list[Asked]:
    """Return what tells the values of each variable: `label_values(METRIC, LABEL)`, as PromQL."""
    found = []
    for uid, board in dashboards().items():
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                metric, label = _label_values(variable["query"])
                found.append(Asked(uid, f"${variable['name']}", f"count by ({label}) ({metric})"))
    return found


def filled(expr: str, *, values: Mapping[str, str], rate: str = "15s", whole: str = "5m") -> str:
    """Return an expression with Grafana's own variables and the dashboard's put in."""
    expr = expr.replace("$__rate_interval", rate).replace("$__range", whole)
    for name, value in values.items():
        expr = expr.replace(f"${name}", value)
    assert "$" not in expr, f"{expr} has a variable that nothing is put in for"
    return expr


def _label_values(query: str) -> tuple[str, str]:
    head, _, rest = query.partition("(")
    assert head == "label_values", query
    metric, label = rest.rstrip(")").split(", ")
    return metric, label
