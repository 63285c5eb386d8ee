"""What dashboards ask Prometheus, by name: each question once, apart from how it is shown.

What is read from the store is told alike by every process, so the largest is taken; what is counted
is counted by one each, so counts are added up.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from services.runtime.metric import Metric

RATE: Final = "$__rate_interval"
RANGE: Final = "$__range"
MARKED: Final = "30s"
HOUR: Final = "1h"
"""What happens a few times a day is counted by the hour: a minute's rate of it is noise."""


def chosen(**labels: str) -> str:
    """Return a selector: each label matches what a variable has chosen, or is exactly a value."""
    parts = [
        f'{name}=~"{value}"' if value.startswith("$") else f'{name}="{value}"'
        for name, value in labels.items()
    ]
    return "{" + ",".join(parts) + "}" if parts else ""


def level(metric: Metric, *by: str, **labels: str) -> str:
    """Return how much there is now, by some labels."""
    return f"max{_by(by)} ({metric.name}{chosen(**labels)})"


def level_in_all(metric: Metric, *by: str, **labels: str) -> str:
    """Return how much there is now in all that one label tells apart."""
    return f"sum ({level(metric, *by, **labels)})"


def shared(metric: Metric, *by: str, **labels: str) -> str:
    """Return how much there is now, where each process tells its own share."""
    return f"sum{_by(by)} ({metric.name}{chosen(**labels)})"


def rate(metric: Metric, *by: str, **labels: str) -> str:
    """Return how many a second, by some labels."""
    return f"sum{_by(by)} (rate({metric.name}{chosen(**labels)}[{RATE}]))"


def count(metric: Metric, *by: str, **labels: str) -> str:
    """Return how many in the time looked at, by some labels."""
    return f"sum{_by(by)} (increase({metric.name}{chosen(**labels)}[{RANGE}]))"


def hourly(metric: Metric, *by: str, **labels: str) -> str:
    """Return how many in the last hour, by some labels."""
    return f"sum{_by(by)} (increase({metric.name}{chosen(**labels)}[{HOUR}]))"


def share(metric: Metric, part: Mapping[str, str], *by: str, **labels: str) -> str:
    """Return which share in the time looked at had some labels; nothing where nothing happened."""
    return f"{count(metric, *by, **labels, **part)} / ({count(metric, *by, **labels)} > 0)"


def hourly_share(metric: Metric, part: Mapping[str, str], *by: str, **labels: str) -> str:
    """Return which share in the last hour had some labels; nothing where nothing happened."""
    return f"{hourly(metric, *by, **labels, **part)} / ({hourly(metric, *by, **labels)} > 0)"


def or_none(expr: str, there: Metric, *by: str) -> str:
    """Return an expression, and 0 for whatever it does not tell of that another metric tells of."""
    return f"{expr} or 0 * {level(there, *by)}"


def quantile(of: float, metric: Metric, *by: str, **labels: str) -> str:
    """Return a quantile of a histogram over the last while."""
    groups = ", ".join(["le", *by])
    bucket = f"{metric.name}_bucket{chosen(**labels)}"
    return f"histogram_quantile({of}, sum by ({groups}) (rate({bucket}[{RATE}])))"


def quantile_in_all(of: float, metric: Metric, *by: str, **labels: str) -> str:
    """Return a quantile of a histogram over the time looked at."""
    groups = ", ".join(["le", *by])
    bucket = f"{metric.name}_bucket{chosen(**labels)}"
    # What was not observed has no quantile: NaN is no figure, and dropped.
    return f"histogram_quantile({of}, sum by ({groups}) (increase({bucket}[{RANGE}]))) >= 0"


def hourly_quantile(of: float, metric: Metric, *by: str, **labels: str) -> str:
    """Return a quantile of a histogram over the last hour."""
    groups = ", ".join(["le", *by])
    bucket = f"{metric.name}_bucket{chosen(**labels)}"
    return f"histogram_quantile({of}, sum by ({groups}) (increase({bucket}[{HOUR}]))) >= 0"


def mean(metric: Metric, *by: str, **labels: str) -> str:
    """Return the mean of a histogram over the last while; nothing where nothing was observed."""
    picked = chosen(**labels)
    total, number = (
        f"sum{_by(by)} (rate({metric.name}_{part}{picked}[{RATE}]))" for part in ("sum", "count")
    )
    return f"{total} / ({number} > 0)"


def age(metric: Metric, *by: str, **labels: str) -> str:
    """Return how long ago the moment was that a gauge tells, in seconds."""
    return f"time() - max{_by(by)} ({metric.name}{chosen(**labels)} > 0)"


def rises(expr: str) -> str:
    """Return what holds for a while from where a value has risen: for marks on a time line.

    The highest of each while is compared, so that what fell again at once is marked too.
    """
    highest = f"max_over_time(({expr})[{MARKED}:5s]"
    return f"{highest}) > {highest} offset {MARKED})"


def _by(by: Iterable[str]) -> str:
    names = ", ".join(by)
    return f" by ({names})" if names else ""
