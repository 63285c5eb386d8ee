"""The dashboards as they are written: whole, current, and of what Grafana 10 and 11 both know."""

import re
from typing import Any, Final

import pytest

from deploy.monitoring.__main__ import differing, written
from deploy.monitoring.alert import Recording
from deploy.monitoring.alerts import ALERTS
from deploy.monitoring.dashboard import PLACES
from deploy.monitoring.dashboard_files import dashboards
from deploy.monitoring.panels import WIDTH
from deploy.monitoring.recording_rules import RECORDINGS
from services.runtime.metric_catalogue import CATALOGUE
from tests.deploy.dashboard_queries import mark_queries, panel_queries, panels, variable_queries

KNOWN_PANELS: Final = frozenset({"timeseries", "stat", "bargauge", "table"})
OF_THE_CLIENT: Final = frozenset(
    {"up", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"}
)
NOT_SHOWN: Final = {
    "mercat_ingest_source_exhausted": "an alert asks it: a recording read to its end is not silent",
    "mercat_log_records_pruned_total": "what the log still holds is shown",
    "mercat_relay_rows_total": "what still waits is shown",
    "mercat_relay_oldest_age_seconds": "an alert asks it",
    "mercat_relay_held_shards": "somebody looks at it who moves shards",
    "mercat_audit_unexported_checkpoints": "the age of what they leave out is shown",
    "mercat_bell_messages_total": "what waits is shown, and an alert asks it",
    "mercat_audit_exported_head_timestamp_seconds": "the age of what it leaves out is shown",
}
NAME: Final = re.compile(r"\b(?:mercat|process)_[a-z_]*\b|\bup\b")
BOARDS: Final = dashboards()


def series_named() -> dict[str, str]:
    """Return every name under which Prometheus keeps a metric of Mercat's, and the metric's."""
    return {name: metric.name for metric in CATALOGUE for name in metric.series_names}


def asked() -> set[str]:
    """Return the names of all series that dashboards ask for."""
    queries = [*panel_queries(), *mark_queries(), *variable_queries()]
    recorded = {
        each.record for group in RECORDINGS for each in group.rules if isinstance(each, Recording)
    }
    texts = [query.expr for query in queries]
    for record in recorded:
        texts = [text.replace(record, "") for text in texts]
    return {name for text in texts for name in NAME.findall(text)}


def test_what_is_committed_is_what_would_be_written() -> None:
    """Alerts, recording rules, dashboards and provisioning alike: `make monitoring` mends it."""
    assert [] == differing(written())


def test_dashboards_ask_for_metrics_that_there_are() -> None:
    """Each name is one of the catalogue's, or one that the client or Prometheus brings."""
    assert set() == asked() - series_named().keys() - OF_THE_CLIENT


def test_each_metric_is_shown_or_said_why_not() -> None:
    """A metric that nobody looks at is a cost alone."""
    names = series_named()
    shown = {names[name] for name in asked() if name in names}

    assert {metric.name for metric in CATALOGUE} - shown == set(NOT_SHOWN)


@pytest.mark.parametrize("uid", BOARDS)
def test_a_panel_says_what_it_shows(uid: str) -> None:
    """By a title, a sentence and a unit; and it is of a kind that both Grafanas draw."""
    for panel in panels(BOARDS[uid]):
        assert panel["type"] in KNOWN_PANELS
        assert panel["title"].strip()
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["targets"], panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"


def coloured() -> list[tuple[dict[str, Any], dict[str, str]]]:
    """Return each panel some of whose series have a colour of their own, and which."""
    return [
        (
            panel,
            {of["matcher"]["options"]: of["properties"][0]["value"]["fixedColor"] for of in own},
        )
        for board in BOARDS.values()
        for panel in panels(board)
        if (own := panel["fieldConfig"].get("overrides", []))
    ]


def test_a_word_has_one_colour_wherever_it_is_drawn() -> None:
    """Whoever learnt on one dashboard which line is what was denied knows it on the next."""
    meanings = {(word, colour) for _, colours in coloured() for word, colour in colours.items()}

    assert {"allow", "deny", "negative", "overdue", "sent"} < {word for word, _ in meanings}
    assert len(meanings) == len({word for word, _ in meanings})


def test_a_colour_is_given_to_each_of_a_panels_series_or_to_none() -> None:
    """By the values that the label has, so that no word that changes leaves its colour behind."""
    known = {label.values for metric in CATALOGUE for label in metric.labels}
    for panel, colours in coloured():
        legends = [target["legendFormat"] for target in panel["targets"]]
        by_label = legends[0].startswith("{{")

        assert {*colours} in ([{*values} for values in known] if by_label else [{*legends}])
        assert len(colours) == len({*colours.values()}), panel["title"]


@pytest.mark.parametrize("uid", BOARDS)
def test_panels_lie_in_full_rows(uid: str) -> None:
    """Nothing lies over anything else, and no row leaves a gap at its end."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for panel in panels(BOARDS[uid]):
        rows.setdefault(panel["gridPos"]["y"], []).append(panel["gridPos"])
    for row in rows.values():
        assert WIDTH == sum(place["w"] for place in row)
        assert 1 == len({place["h"] for place in row})


@pytest.mark.parametrize("uid", BOARDS)
def test_a_dashboard_leads_to_the_others_and_to_the_runbooks(uid: str) -> None:
    """From each of them, one gets everywhere; figures that are watched lead to what to do."""
    led_to = {link["url"] for link in BOARDS[uid]["links"]}
    runbooks = {alert.runbook for alert in ALERTS}

    assert {f"/d/{place.uid}" for place in PLACES if place.uid != uid} < led_to
    for panel in panels(BOARDS[uid]):
        assert {link["url"] for link in panel.get("links", [])} <= runbooks


def test_there_are_five_dashboards_each_with_a_name_of_its_own() -> None:
    """By the ids that people have in their bookmarks."""
    assert [place.uid for place in PLACES] == [*BOARDS]
    assert {place.title for place in PLACES} == {board["title"] for board in BOARDS.values()}
    assert all(board["tags"] and board["description"] for board in BOARDS.values())
