"""The page, what lives on it, and what machines ask: over the app as it is served."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families

from schemas.envelope import Event
from schemas.topics import POSTS_ROUTED
from services.console.live import live_items
from tests.fakes import MOMENT, append_of, post
from tests.integration.console.console_parts import (
    FakeMercat,
    closed,
    merged,
    removed,
    reopened,
    rerouted,
    routed,
    split,
    working,
)
from tests.partitioned_log import PartitionedLog


@pytest.fixture
def mercat() -> FakeMercat:
    """A console on fakes."""
    return FakeMercat()


def test_the_page_names_the_body_and_its_teams(mercat: FakeMercat) -> None:
    """Names are shown as text, whatever signs are in them."""
    answer = mercat.ask("GET", "/")

    assert answer.status_code == 200
    assert "<h1>Test &lt;Council&gt;</h1>" in answer.text
    assert "Waste &amp; streets" in answer.text
    assert "sample town" not in answer.text


@pytest.mark.parametrize("path", ["/", "/live.json", "/assets/front.js", "/metrics", "/none"])
def test_every_answer_keeps_browsers_from_running_anything_else(
    mercat: FakeMercat, path: str
) -> None:
    """The policy allows our own files alone; nothing is guessed, framed or told to others."""
    headers = mercat.ask("GET", path).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert ("nosniff", "no-referrer") == (
        headers["x-content-type-options"],
        headers["referrer-policy"],
    )


def test_the_page_asks_for_nothing_but_what_is_served(mercat: FakeMercat) -> None:
    """Every file that the page names is there, and it names no other place."""
    page = mercat.ask("GET", "/").text

    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [] == [address for address in named if not address.startswith("/")]
    assert {200} == {mercat.ask("GET", address).status_code for address in named}
    assert "style=" not in page
    assert mercat.ask("GET", "/assets/app.py").status_code == 404


def test_routed_posts_are_shown_with_team_and_reason(mercat: FakeMercat) -> None:
    """An item says what was said, who has it, why, and by when an answer is due, in local time."""
    mercat.routed(routed(1))

    live = mercat.live()

    (item,) = live["items"]
    assert ("The bins.", "waste", "Rule “Bins” fits.") == (
        item["text"],
        item["team"],
        item["reason"],
    )
    assert ("routed", "Mon 02 Mar, 09:00") == (item["kind"], item["deadline"])
    assert live["next"] == "1"


def test_only_what_is_new_is_told(mercat: FakeMercat) -> None:
    """Asked after a place, the answer holds what came since; asked after a later one, nothing."""
    mercat.routed(routed(1), routed(2, edited=True))

    assert [1] == [item["offset"] for item in mercat.live(after=1)["items"]]
    assert mercat.live(after=1)["items"][0]["kind"] == "edited"
    assert [] == mercat.live(after=99)["items"]
    assert mercat.live(after=99)["next"] == "2"


def test_the_newest_sixty_are_enough(mercat: FakeMercat) -> None:
    """However many came in, an answer is bounded, and holds the last of them."""
    mercat.routed(*(routed(number) for number in range(100)))

    for items in (mercat.live()["items"], mercat.live(after=3)["items"]):
        assert list(range(40, 100)) == [item["offset"] for item in items]


def test_a_removed_post_is_never_shown(mercat: FakeMercat) -> None:
    """Its text is in no answer, though the log still has it."""
    mercat.routed(routed(1, "My number is 01632 960001."), routed(2), removed(1))

    answer = mercat.ask("GET", "/live.json")

    kinds = [(item["post"], item["kind"]) for item in answer.json()["items"]]
    assert "01632" not in answer.text
    assert (post(1).post_id, "removed") in kinds


def test_a_reroute_is_told(mercat: FakeMercat) -> None:
    """The page says from where to where, and why."""
    mercat.routed(rerouted(1))

    (item,) = mercat.live()["items"]
    assert ("rerouted", "roads") == (item["kind"], item["team"])
    assert "moved from waste to roads" in item["text"]
    assert item["reason"] == "About the road"


@pytest.mark.parametrize(
    ("fact", "kind", "text"),
    [
        (closed(1), "closed", "case closed: no answer needed"),
        (reopened(1), "reopened", "case open again"),
        (merged(1), "merged", "case merged into case-2"),
        (split(1, 1), "split", "1 post split off, now in case case-3"),
        (split(1, 2), "split", "2 posts split off, now in case case-3"),
    ],
)
def test_what_people_do_with_cases_is_told(
    mercat: FakeMercat, fact: Event, kind: str, text: str
) -> None:
    """The page says what was done, whose case it is, and why."""
    mercat.routed(fact, removed(1))

    item = mercat.live()["items"][0]
    assert (kind, text) == (item["kind"], item["text"])
    assert ("waste", "case-1", "It is so") == (item["team"], item["case"], item["reason"])


def test_a_long_text_is_cut_and_stands_on_one_line(mercat: FakeMercat) -> None:
    """A post of many lines is shown by its beginning."""
    mercat.routed(routed(1, "bins\n\n" * 200))

    text = mercat.live()["items"][0]["text"]
    assert len(text) <= 180
    assert text.startswith("bins bins")
    assert text.endswith("…")


def test_markup_in_a_post_stays_text(mercat: FakeMercat) -> None:
    """It goes to the page as JSON, which the page's script only ever shows as text."""
    mercat.routed(routed(1, "<img src=x onerror=alert(1)>"))
    script = mercat.ask("GET", "/assets/front.js").text

    answer = mercat.ask("GET", "/live.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["items"][0]["text"] == "<img src=x onerror=alert(1)>"
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def test_the_newest_of_all_partitions_are_shown_in_order_of_time() -> None:
    """However a log is split by key, the page shows one run, and its place covers every part."""
    log, zone = PartitionedLog(3), ZoneInfo("Europe/London")
    events = [routed(number).model_copy(update={"time": at(number)}) for number in range(70)]
    for number, event in enumerate(events):
        log.append(number % 3, [append_of(event, POSTS_ROUTED.name)])

    items, place = live_items(log, POSTS_ROUTED.name, None, zone)

    assert [post(number).post_id for number in range(10, 70)] == [item["post"] for item in items]
    assert place == "24.23.23"
    log.append(2, [append_of(routed(70), POSTS_ROUTED.name)])
    later, place = live_items(log, POSTS_ROUTED.name, place, zone)
    assert ([post(70).post_id], "24.23.24") == ([item["post"] for item in later], place)


def test_one_partition_keeps_its_order_whatever_its_times_say() -> None:
    """A clock put back between two events of a case must not turn them round."""
    log, zone = PartitionedLog(2), ZoneInfo("Europe/London")
    for minutes in (5, 1):
        event = routed(minutes).model_copy(update={"time": at(minutes)})
        log.append(0, [append_of(event, POSTS_ROUTED.name)])
    between = routed(3).model_copy(update={"time": at(3)})
    log.append(1, [append_of(between, POSTS_ROUTED.name)])

    items, _ = live_items(log, POSTS_ROUTED.name, None, zone)

    assert [post(each).post_id for each in (3, 5, 1)] == [item["post"] for item in items]


def test_a_place_in_another_number_of_partitions_is_none() -> None:
    """A page that was open over such a change begins again with the newest."""
    log = PartitionedLog(2)
    log.append(0, [append_of(routed(1), POSTS_ROUTED.name)])

    items, place = live_items(log, POSTS_ROUTED.name, "17", ZoneInfo("Europe/London"))

    assert (1, "1.0") == (len(items), place)


def at(minutes: int) -> datetime:
    """Return a moment of the morning."""
    return MOMENT + timedelta(minutes=minutes)


@pytest.mark.parametrize("after", ["-1", "abc", "", "1.", "1..2", "9" * 20])
def test_a_place_that_is_none_is_refused(mercat: FakeMercat, after: str) -> None:
    """What is no place in the log is the caller's mistake."""
    assert mercat.ask("GET", f"/live.json?after={after}").status_code == 422


def test_a_process_that_answers_is_alive(mercat: FakeMercat) -> None:
    """Being alive asks nothing of the parts."""
    mercat.statuses = [working("route", working=False)]

    assert mercat.ask("GET", "/healthz").json() == {"alive": True}


@pytest.mark.parametrize(("kind", "status"), [("stage", 503), ("source", 200)])
def test_readiness_hangs_on_needed_parts_alone(mercat: FakeMercat, kind: str, status: int) -> None:
    """A stage that stopped makes it 503 and says why; a source that is away does not."""
    away = {"kind": kind, "needed": kind == "stage", "sentence": "asked again in 5 s"}
    mercat.statuses.append(working("away", working=False, **away))

    answer = mercat.ask("GET", "/readyz")

    assert answer.status_code == status
    assert answer.json()["ready"] is (status == 200)
    assert answer.json()["parts"][-1]["sentence"] == "asked again in 5 s"


def test_progress_and_freshness_are_told(mercat: FakeMercat) -> None:
    """The page can show how far a replay is, and how old a source's last answer."""
    then = datetime(2026, 3, 2, 8, 59, tzinfo=UTC)
    mercat.statuses = [working("week", kind="source", progress=0.25, fresh_at=then)]

    (part,) = mercat.live()["parts"]
    assert (0.25, "2026-03-02T08:59:00+00:00") == (part["progress"], part["fresh_at"])


def test_metrics_can_be_read_by_prometheus(mercat: FakeMercat) -> None:
    """The answer is what the reference parser reads."""
    text = mercat.ask("GET", "/metrics").text

    families = {family.name for family in text_string_to_metric_families(text)}
    assert {"mercat_stage_events", "mercat_route_accepted_to_routed_seconds"} <= families


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/assets/../app.py"])
def test_nothing_else_is_served(mercat: FakeMercat, path: str) -> None:
    """There are no pages but ours."""
    assert mercat.ask("GET", path).status_code == 404


def test_the_page_is_told_what_waits_and_what_is_halted(mercat: FakeMercat) -> None:
    """Counts alone, which whoever looks may know; where nobody speaks there are none."""
    mercat.speaking_now |= {"held": 2, "in_doubt": 1, "halts": 3}

    assert {"held": 2, "in_doubt": 1, "halts": 3} == mercat.live()["speaking"]
    assert FakeMercat(speaks=False).live()["speaking"] is None
