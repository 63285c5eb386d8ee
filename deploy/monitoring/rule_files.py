"""Alerts and recording rules as Prometheus reads them, and as its operator does in a cluster."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from deploy.monitoring.alert import Alert, Group, Recording, span
from deploy.monitoring.alerts import ALERT_GROUPS
from deploy.monitoring.recording_rules import RECORDINGS

NOTICE: Final = "# Written by `make monitoring` from deploy/monitoring/*.py: change those.\n"
WIDTH: Final = 10_000


def groups_of(groups: Sequence[Group]) -> dict[str, Any]:
    """Return groups as Prometheus's rule files hold them."""
    return {
        "groups": [
            {
                "name": group.name,
                "interval": span(group.interval_seconds),
                "rules": [_rule(rule) for rule in group.rules],
            }
            for group in groups
        ]
    }


def files() -> Mapping[str, str]:
    """Return the rule files by their paths below the folder `deploy`."""
    everything = groups_of([*RECORDINGS, *ALERT_GROUPS])
    cluster = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "mercat"},
        "spec": everything,
    }
    return {
        "monitoring/prometheus/recording.yaml": _text(groups_of(RECORDINGS)),
        "monitoring/prometheus/alerts.yaml": _text(groups_of(ALERT_GROUPS)),
        "k8s/components/monitoring/rules.yaml": _text(cluster),
    }


def _rule(rule: Alert | Recording) -> dict[str, Any]:
    if isinstance(rule, Recording):
        return {"record": rule.record, "expr": rule.expr}
    return {
        "alert": rule.name,
        "expr": rule.expr,
        "for": span(rule.for_seconds),
        "labels": {"severity": rule.severity},
        "annotations": {
            "summary": rule.summary,
            "description": rule.meaning,
            "runbook_url": rule.runbook,
        },
    }


def _text(content: object) -> str:
    return NOTICE + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=WIDTH)
