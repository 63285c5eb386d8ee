"""The dashboards as Grafana reads them, and what a Grafana is started with beside them."""

import json
from collections.abc import Mapping
from typing import Any

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.monitoring.alert import Alert
from deploy.monitoring.alerts import ALERT_GROUPS
from deploy.monitoring.dashboard import SOURCE_UID
from deploy.monitoring.engine_room_dashboard import engine_room_dashboard
from deploy.monitoring.listening_dashboard import listening_dashboard
from deploy.monitoring.revisions_dashboard import revisions_dashboard
from deploy.monitoring.rule_files import NOTICE, WIDTH
from deploy.monitoring.service_dashboard import service_dashboard
from deploy.monitoring.voice_dashboard import voice_dashboard

BUILDERS = (
    service_dashboard,
    voice_dashboard,
    listening_dashboard,
    engine_room_dashboard,
    revisions_dashboard,
)
MARK_STEP = "15s"
NOTHING_THERE = ("plugins", "notifiers")
"""Folders that Grafana looks into as it starts, and tells of an error where they are not."""


def dashboards() -> Mapping[str, dict[str, Any]]:
    """Return every dashboard by its id, as JSON holds it."""
    boards: dict[str, dict[str, Any]] = {}
    for build in BUILDERS:
        text = JSONEncoder(sort_keys=True).encode(build().build())
        board: dict[str, Any] = json.loads(text)
        for mark in board["annotations"]["list"]:
            mark["step"] = MARK_STEP  # the builder has no word for it; else it is a minute
        boards[board["uid"]] = board
    return boards


def files() -> Mapping[str, str]:
    """Return dashboards and provisioning by their paths below the folder `deploy`."""
    place = "monitoring/provisioning"
    return {
        f"{place}/datasources/prometheus.yaml": _text(_DATA_SOURCES),
        f"{place}/dashboards/mercat.yaml": _text(_PROVIDERS),
        f"{place}/alerting/contact-points.yaml": _text(_CONTACT_POINTS),
        f"{place}/alerting/rules.yaml": _text(alert_rules()),
        **{f"{place}/{folder}/.gitkeep": "" for folder in NOTHING_THERE},
        **{
            f"monitoring/dashboards/{uid}.json": json.dumps(board, indent=1, sort_keys=True) + "\n"
            for uid, board in dashboards().items()
        },
    }


def alert_rules() -> dict[str, Any]:
    """Return the alerts as Grafana evaluates them itself, for whoever has no Alertmanager."""
    return {
        "apiVersion": 1,
        "groups": [
            {
                "orgId": 1,
                "name": group.name,
                "folder": "Mercat",
                "interval": f"{group.interval_seconds}s",
                "rules": [_rule(rule) for rule in group.rules if isinstance(rule, Alert)],
            }
            for group in ALERT_GROUPS
        ],
    }


def _rule(alert: Alert) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": SOURCE_UID}
    query = {"expr": alert.expr, "instant": True, "refId": "A", "datasource": source}
    # Every series that the expression gives is one that fires, whatever its value.
    fires = {
        "type": "threshold",
        "expression": "A",
        "refId": "B",
        "datasource": {"type": "__expr__", "uid": "__expr__"},
        "conditions": [{"evaluator": {"type": "gt", "params": [-1e300]}}],
    }
    return {
        "uid": alert.slug,
        "title": alert.name,
        "condition": "B",
        "for": f"{alert.for_seconds}s",
        "noDataState": "OK",
        "execErrState": "Error",
        "labels": {"severity": alert.severity},
        "annotations": {
            "summary": alert.meaning,
            "runbook_url": alert.runbook,
        },
        "data": [
            {
                "refId": "A",
                "datasourceUid": SOURCE_UID,
                "relativeTimeRange": {"from": 600, "to": 0},
                "model": query,
            },
            {
                "refId": "B",
                "datasourceUid": "__expr__",
                "relativeTimeRange": {"from": 600, "to": 0},
                "model": fires,
            },
        ],
    }


_DATA_SOURCES = {
    "apiVersion": 1,
    "datasources": [
        {
            "name": "Prometheus",
            "uid": SOURCE_UID,
            "type": "prometheus",
            "access": "proxy",
            "url": "$MERCAT_PROMETHEUS_URL",
            "isDefault": True,
            "editable": False,
            "jsonData": {"timeInterval": "15s", "httpMethod": "POST"},
        }
    ],
}
_PROVIDERS = {
    "apiVersion": 1,
    "providers": [
        {
            "name": "mercat",
            "folder": "Mercat",
            "type": "file",
            "allowUiUpdates": False,
            "options": {"path": "$MERCAT_DASHBOARDS"},
        }
    ],
}
_CONTACT_POINTS = {
    "apiVersion": 1,
    "contactPoints": [
        {
            "orgId": 1,
            "name": "mercat",
            "receivers": [
                {
                    "uid": "mercat-on-call",
                    "type": "email",
                    "settings": {"addresses": "on-call@mercat.example", "singleEmail": True},
                }
            ],
        }
    ],
    "policies": [
        {
            "orgId": 1,
            "receiver": "mercat",
            "group_by": ["grafana_folder", "alertname"],
        }
    ],
}


def _text(content: object) -> str:
    return NOTICE + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=WIDTH)
