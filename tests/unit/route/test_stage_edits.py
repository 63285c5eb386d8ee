"""Edits: the first post of a case may change its mind, later ones may only press."""

from datetime import timedelta

import pytest

from services.runtime.clock import to_epoch_ms
from tests.unit.route.samples import (
    MONDAY,
    Driver,
    classification,
    classified,
    post,
    removed,
    reroute,
)


def test_edit_of_the_first_post_decides_anew() -> None:
    """A first post that turns out to be about potholes goes to roads, its case with it."""
    driver = Driver()
    driver.give(classified(post()))
    case_id = driver.case()["id"]

    driver.give(classified(post(1, "A pothole, sorry", revision="2"), classification("roads")))

    assert ("roads", "potholes", case_id) == tuple(
        driver.case()[name] for name in ("team", "theme", "id")
    )
    assert to_epoch_ms(MONDAY.replace(day=16, hour=17)) == driver.case()["deadline_ms"]
    assert driver.last_routed().data.edited
    assert not driver.last_routed().data.assignment.case_opened
    assert driver.case()["posts_total"] == 1


def test_edit_that_moves_a_case_is_told_to_both_teams() -> None:
    """The team that loses the case learns of it on its own topic."""
    driver = Driver()
    driver.give(classified(post()))
    driver.emitted.clear()

    driver.give(classified(post(1, "A pothole", revision="2"), classification("roads")))

    topics = ["posts.routed.v1", "teams.roads.posts.v1", "teams.lighting.posts.v1"]
    assert topics == driver.topics()
    assert len({emit.event.id for emit in driver.emitted}) == 1


def test_edit_of_the_only_post_may_calm_a_case_down() -> None:
    """A false alarm that its author takes back no longer counts as one."""
    driver = Driver()

    driver.give(
        classified(post(1, "live wire!!")), classified(post(1, "False alarm, lamp", revision="2"))
    )

    assert driver.case()["priority"] == "normal"
    assert to_epoch_ms(MONDAY.replace(day=9, hour=17)) == driver.case()["deadline_ms"]


@pytest.mark.parametrize("text", ["Buy now", "False alarm, it is a lamp"])
def test_edit_of_the_first_of_several_posts_calms_nothing_down(text: str) -> None:
    """What others of the case wait for is not undone by the first one's second thoughts."""
    driver = Driver()
    driver.give(classified(post(1, "live wire!!")), classified(post(2)))
    deadline_ms = driver.case()["deadline_ms"]

    driver.give(classified(post(1, text, revision="2")))

    assert (driver.case()["priority"], driver.case()["team"]) == ("emergency", "lighting")
    assert (deadline_ms, "open") == (driver.case()["deadline_ms"], driver.case()["state"])


def test_edit_of_a_later_post_stays_with_the_conversation() -> None:
    """A reply's edit changes its text and may press, and moves nothing."""
    driver = Driver()
    driver.give(classified(post()), classified(post(2)))

    driver.give(
        classified(
            post(2, "Now there is a pothole", revision="2"),
            classification("roads", urgency="urgent"),
        )
    )

    assert tuple(driver.case()[name] for name in ("team", "priority", "posts_total")) == (
        "lighting",
        "urgent",
        2,
    )
    assert (driver.post(2)["text"], driver.post(2)["revision"]) == ("Now there is a pothole", "2")


def test_edit_never_overrules_a_person() -> None:
    """After a person's reroute the first post's edit stays where the person put it."""
    driver = Driver()

    driver.give(
        classified(post()), reroute("roads"), classified(post(1, "The lamp, still", revision="2"))
    )

    assert (driver.case()["team"], driver.post()["team"]) == ("roads", "roads")
    assert driver.conversation()["decided_by"] == "person"


def test_edit_into_spam_closes_the_case_as_not_ours() -> None:
    """A lone post that becomes an advertisement leaves no work, and says so to its old team."""
    driver = Driver()

    driver.give(classified(post()), classified(post(1, "Buy now", revision="2")))

    assert (driver.case()["state"], driver.case()["outcome"]) == ("closed", "not-ours")
    assert driver.topics()[2:] == ["posts.routed.v1", "teams.lighting.posts.v1"]
    assert driver.last_routed().data.assignment.case_id is None


def test_edit_out_of_spam_opens_the_case_again() -> None:
    """The same post has the same case, which does not follow itself."""
    driver = Driver()

    driver.give(
        classified(post()),
        classified(post(1, "Buy now", revision="2")),
        classified(post(1, "The lamp is out", revision="3")),
    )

    assert tuple(driver.case()[name] for name in ("state", "outcome", "case_before")) == (
        "open",
        None,
        None,
    )


def test_edit_keeps_the_times_of_the_first_sight() -> None:
    """An edit a week later does not put the deadline off."""
    driver = Driver()
    later = MONDAY + timedelta(days=7)
    driver.give(classified(post()))
    before = driver.post()

    driver.give(classified(post(1, "Still out", revision="2", posted_at=later, received_at=later)))

    for name in ("posted_at_ms", "received_at_ms", "deadline_ms"):
        assert before[name] == driver.post()[name]


def test_edit_in_a_closed_case_leaves_the_new_case_alone() -> None:
    """A post of an earlier, closed case keeps its case when it is edited."""
    driver = Driver()
    driver.give(classified(post()), reroute("none"), classified(post(2)))
    new_case = driver.cases()[-1]

    driver.give(classified(post(1, "Still out", revision="2"), classification(urgency="urgent")))

    assert new_case == driver.cases()[-1]
    assert driver.cases()[0]["id"] == driver.post(1)["case_id"]
    assert driver.last_routed().data.assignment.deadline is None


def test_removed_post_stays_removed_when_an_edit_comes_late() -> None:
    """An edit that was on its way when the post went does not bring it back."""
    driver = Driver()
    driver.give(classified(post()), removed())
    driver.emitted.clear()

    driver.give(classified(post(1, "Back again", revision="2")))

    assert driver.emitted == []
    assert (driver.post()["state"], driver.post()["text"]) == ("removed", None)


def test_edit_does_not_bring_back_what_a_person_put_away() -> None:
    """Where a person said that it is not the body's, an edit leaves it so."""
    driver = Driver()

    driver.give(
        classified(post()), reroute("none"), classified(post(1, "A lamp, I say", revision="2"))
    )

    assert (driver.post()["team"], driver.conversation()["team"]) == ("none", "none")
    assert driver.case()["state"] == "closed"
    assert driver.post()["reason"] == "The conversation was found to be none of the body's."
