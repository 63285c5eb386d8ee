"""What dashboards ask Prometheus, by name: each question once, apart from how it is shown.

What is read from the store is told alike by every process, so the largest is taken; what is counted
is counted by one each, so counts are added up.
"""

from collections.abc import Iterable
from typing import Final

from services.runtime.metric import Metric

RATE: Final = "$__rate_interval"
RANGE: Final = "$__range"


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


def share(metric: Metric, part: dict[str, str], *by: str, **labels: str) -> str:
    """Return which share of the time looked at had some labels."""
    return f"{count(metric, *by, **labels, **part)} / {count(metric, *by, **labels)}"


def quantile(of: float, metric: Metric, *by: str, **labels: str) -> str:
    """Return a quantile of a histogram over the last while."""
    groups = ", ".join(["le", *by])
    bucket = f"{metric.name}_bucket{chosen(**labels)}"
    return f"histogram_quantile({of}, sum by ({groups}) (rate({bucket}[{RATE}])))"


def quantile_in_all(of: float, metric: Metric, *by: str, **labels: str) -> str:
    """Return a quantile of a histogram over the time looked at."""
    groups = ", ".join(["le", *by])
    bucket = f"{metric.name}_bucket{chosen(**labels)}"
    return f"histogram_quantile({of}, sum by ({groups}) (increase({bucket}[{RANGE}])))"


def observed(metric: Metric, *by: str, **labels: str) -> str:
    """Return how often a histogram was observed in the time looked at."""
    return f"sum{_by(by)} (increase({metric.name}_count{chosen(**labels)}[{RANGE}]))"


def mean(metric: Metric, *by: str, **labels: str) -> str:
    """Return the mean of a histogram over the last while."""
    picked = chosen(**labels)
    parts = [
        f"sum{_by(by)} (rate({metric.name}_{part}{picked}[{RATE}]))" for part in ("sum", "count")
    ]
    return " / ".join(parts)


def age(metric: Metric, *by: str, **labels: str) -> str:
    """Return how long ago the moment was that a gauge tells, in seconds."""
    return f"time() - max{_by(by)} ({metric.name}{chosen(**labels)} > 0)"


def rises(expr: str) -> str:
    """Return what holds for two minutes from where a value has risen: for marks on a time line."""
    return f"delta(({expr})[2m:15s]) > 0"


def _by(by: Iterable[str]) -> str:
    names = ", ".join(by)
    return f" by ({names})" if names else ""
