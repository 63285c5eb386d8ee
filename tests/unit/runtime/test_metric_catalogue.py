"""The catalogue of metrics: kept to names, units and bounds, and counted by as it is declared."""

import re

import pytest

from services.runtime.metric import OTHER, Label, Metric, label_of
from services.runtime.metric_catalogue import CATALOGUE
from services.runtime.metrics import LabelValues, Metrics

UNITS = ("_seconds", "_bytes", "_ratio", "_total", "_info")
COUNTED = (
    *("_events", "_acts", "_cases", "_rows", "_shards", "_records", "_letters", "_sendings"),
    *("_halts", "_takeovers", "_grants", "_incidents", "_reviews", "_checkpoints", "_messages"),
    *("_senders", "_answering", "_number", "_running", "_exhausted", "_hour"),
)
WORST_SERIES_MAX = 9_000
PRIVATE = {"account", "author", "person", "login", "post", "case", "act", "conversation", "name"}


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_a_name_says_what_is_counted_in_which_unit(metric: Metric) -> None:
    """Names are Prometheus's: a counter ends in _total, everything else in its unit or its noun."""
    assert re.fullmatch(r"mercat_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith((*UNITS, *COUNTED))
    assert (metric.kind == "counter") is metric.name.endswith("_total")
    assert (metric.kind == "histogram") is bool(metric.buckets)
    assert metric.help.endswith(".")


def test_no_label_names_a_person_or_what_somebody_said() -> None:
    """What a label holds stands in a Prometheus for years, with no leave to be erased."""
    assert not {name for metric in CATALOGUE for name in metric.label_names} & PRIVATE


def test_a_name_is_declared_once() -> None:
    """Two metrics of one name would hide each other."""
    names = [metric.name for metric in CATALOGUE]

    assert sorted(set(names)) == sorted(names)


def test_all_that_is_declared_is_counted_and_nothing_else() -> None:
    """The registry of a running Mercat has exactly the catalogue."""
    told = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in Metrics().registry.collect()
    }

    assert {metric.name for metric in CATALOGUE} == told


def test_the_catalogue_is_bounded_as_a_whole() -> None:
    """However large a body is, its series fit a small Prometheus."""
    assert WORST_SERIES_MAX > sum(metric.series_max() for metric in CATALOGUE)


def test_a_histogram_has_a_series_for_each_bucket_and_three_more() -> None:
    """That is the bucket without a bound, the sum and the count."""
    metric = Metric(
        name="mercat_wait_seconds",
        kind="histogram",
        help="A wait.",
        labels=(label_of("kind", "short", "long"),),
        buckets=(1.0, 2.0),
    )

    assert 10 == metric.series_max()
    assert 5 == metric.series_max([1])


def test_a_gauge_that_nobody_set_is_not_told() -> None:
    """A process without a gate is no sign that the rules cannot be asked."""
    metrics = Metrics()
    value = metrics.registry.get_sample_value
    untold = value("mercat_policy_engine_answering"), value("mercat_publish_queue_acts")

    metrics.engine_answering.set(0)
    metrics.publish_queue_acts.inc(0)

    assert (None, None) == untold
    assert (0, 0) == (value("mercat_policy_engine_answering"), value("mercat_publish_queue_acts"))


def test_a_label_takes_no_more_values_than_declared() -> None:
    """The first come are kept, whoever is asked for again stays, and the rest are `other`."""
    values, label = LabelValues(), Label("team", 2)

    told = [values.bounded(label, value) for value in ("roads", "parks", "bins", "roads")]

    assert ["roads", "parks", OTHER, "roads"] == told


def test_a_label_whose_values_are_known_takes_no_other() -> None:
    """A value that nobody declared is a slip, and is not told by its name."""
    values, label = LabelValues(), label_of("kind", "mail")

    assert ["mail", OTHER] == [values.bounded(label, each) for each in ("mail", "pigeon")]
