"""Posts counted as they reach their team: whose, how they feel, how sure the classifier was."""

from datetime import timedelta

from services.route.routed_counts import OBSERVED_A_BATCH_MAX, RoutedCounts
from services.runtime.clock import ManualClock
from services.runtime.metrics import Metrics
from services.runtime.ports import Append
from services.runtime.step import Outcome
from tests.fakes import MOMENT, append_of, received
from tests.integration.console.console_parts import routed

WAITED = "mercat_route_accepted_to_routed_seconds"
TEAM_TOPIC = "teams.waste.posts.v1"


def counted(metrics: Metrics, clock: ManualClock, *appends: Append) -> None:
    """Count a batch that had these effects."""
    RoutedCounts(metrics, clock)(Outcome(appends=[*appends]))


def of_posts(number: int) -> list[Append]:
    """Return so many posts on their way to whoever listens, and to their team."""
    events = [routed(each) for each in range(number)]
    return [append_of(each, to) for each in events for to in ("posts.routed.v1", TEAM_TOPIC)]


def test_the_slowest_post_of_a_batch_is_remembered(clock: ManualClock) -> None:
    """Whoever sees a slow one can look for it by its trace, which is its id."""
    metrics = Metrics()

    counted(metrics, clock, *of_posts(2))

    (family,) = metrics.accepted_to_routed_seconds.collect()
    remembered = [each.exemplar.labels for each in family.samples if each.exemplar is not None]
    assert [{"trace_id": routed(0).data.post.post_id}] == remembered


def test_a_batch_counts_each_post_and_its_slowest(clock: ManualClock) -> None:
    """Once, though its team is told as well; whatever else a batch had to say is left out."""
    metrics = Metrics()
    clock.jump((MOMENT - clock.now()).total_seconds() + 3)
    other = append_of(received(9))

    counted(metrics, clock, other, *of_posts(3))

    value = metrics.registry.get_sample_value
    assert 3 == value("mercat_route_team_posts_total", {"team": "waste"})
    source = routed(1).data.post.source
    assert 3 == value("mercat_route_posts_total", {"source": source, "sentiment": "negative"})
    assert 3 == value(
        "mercat_classify_answers_total", {"question": "intent", "answer": "complaint"}
    )
    assert 1 == value(f"{WAITED}_count")
    slowest = MOMENT + timedelta(seconds=3) - min(routed(n).data.post.received_at for n in range(3))
    assert slowest.total_seconds() == value(f"{WAITED}_sum")


def test_of_a_large_batch_a_few_tell_how_sure_the_classifier_was(clock: ManualClock) -> None:
    """Answers are all counted; observing each would cost as much as routing it."""
    metrics = Metrics()

    counted(metrics, clock, *of_posts(50))

    value = metrics.registry.get_sample_value
    observed = value("mercat_classify_confidence_ratio_count", {"question": "team"})
    assert OBSERVED_A_BATCH_MAX == observed
    assert 50 == value("mercat_classify_answers_total", {"question": "team", "answer": "waste"})


def test_teams_and_sources_are_counted_from_nothing(clock: ManualClock) -> None:
    """So that the first post of each is seen as a rise."""
    metrics = Metrics()

    RoutedCounts(metrics, clock, ["waste"], ["house"])

    value = metrics.registry.get_sample_value
    house = {"source": "house", "sentiment": "neutral"}
    assert 0 == value("mercat_route_team_posts_total", {"team": "waste"})
    assert 0 == value("mercat_route_posts_total", house)


def test_a_batch_without_posts_counts_nothing(clock: ManualClock) -> None:
    """Reroutes and removals wait for no team."""
    metrics = Metrics()

    counted(metrics, clock)

    assert 0 == metrics.registry.get_sample_value(f"{WAITED}_count")
