"""Removals go everywhere and close what nobody waits for; a person's reroute moves everything."""

import pytest

from schemas.assignment import PostRerouted
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


def test_removal_blanks_what_was_said_and_by_whom() -> None:
    """Of a removed post only where it stood is left."""
    driver = Driver()

    driver.give(classified(post(1, "The lamp on Mill Lane is out")), removed())

    gone = driver.post()
    assert [gone[name] for name in ("text", "author", "link", "place")] == [None] * 4
    assert (gone["state"], gone["team"]) == ("removed", "lighting")
    assert "lamp" not in str(gone["reason"])


def test_removal_of_the_last_post_withdraws_the_case() -> None:
    """A case closes as withdrawn with its last live post, not before."""
    driver = Driver()
    driver.give(classified(post()), classified(post(2)), removed(2))
    before = driver.case()

    driver.give(removed(1))

    assert (before["state"], before["posts_live"]) == ("open", 1)
    assert tuple(driver.case()[name] for name in ("state", "outcome", "posts_live")) == (
        "closed",
        "withdrawn",
        0,
    )
    assert to_epoch_ms(MONDAY.replace(hour=11)) == driver.case()["closed_at_ms"]


def test_removal_reaches_every_team_that_was_ever_told() -> None:
    """A team that had the conversation before a reroute must take the post down too."""
    driver = Driver()
    driver.give(classified(post()), reroute("roads"))
    driver.emitted.clear()

    driver.give(removed())

    topics = ["posts.routed.v1", "teams.lighting.posts.v1", "teams.roads.posts.v1"]
    assert topics == driver.topics()
    assert len({emit.event.id for emit in driver.emitted}) == 1


def test_removal_of_an_unknown_post_leaves_a_tombstone() -> None:
    """A removal that comes first keeps the post out when it comes."""
    driver = Driver()

    driver.give(removed(), classified(post()))

    assert driver.topics() == ["posts.routed.v1"]
    assert (driver.post()["state"], driver.cases()) == ("removed", [])


def test_second_removal_of_a_post_does_nothing() -> None:
    """Word of the same removal from elsewhere takes no second post off the case."""
    driver = Driver()
    driver.give(classified(post()), classified(post(2)), removed(2))
    driver.emitted.clear()

    driver.give(removed(2).model_copy(update={"id": "again"}))

    assert driver.emitted == []
    assert driver.case()["posts_live"] == 1


def test_post_after_a_closed_case_opens_a_linked_one() -> None:
    """The conversation stays with its team, in a new case that names the one before."""
    driver = Driver()

    driver.give(
        classified(post()), removed(), classified(post(2, "Hello?"), classification("roads"))
    )

    first, second = driver.cases()
    assert (first["id"], "lighting", "open") == tuple(
        second[name] for name in ("case_before", "team", "state")
    )
    assert driver.last_routed().data.assignment.case_opened


def test_removal_of_a_post_of_a_closed_case_leaves_the_new_one() -> None:
    """Only the case a post belongs to loses it."""
    driver = Driver()

    driver.give(classified(post()), reroute("none"), classified(post(2)), removed(1))

    assert (driver.cases()[-1]["posts_live"], driver.cases()[-1]["state"]) == (1, "open")


def test_reroute_moves_conversation_case_and_post() -> None:
    """A person's wish changes all three rows, with the new team's deadline and the reason."""
    driver = Driver()

    driver.give(classified(post()), reroute("roads", theme="potholes"))

    rows = (driver.post(), driver.case(), driver.conversation())
    assert [(row["team"], row["theme"]) for row in rows] == [("roads", "potholes")] * 3
    assert (rows[0]["why"], rows[0]["reason"]) == ("person", "Rerouted by Morag: Wrong team")
    deadline_ms = to_epoch_ms(MONDAY.replace(day=16, hour=17))
    assert deadline_ms == driver.case()["deadline_ms"] == driver.post()["deadline_ms"]


def test_reroute_is_told_to_both_teams() -> None:
    """The event says who had it, who has it, who wished it and why, for later learning."""
    driver = Driver()
    driver.give(classified(post()))
    driver.emitted.clear()

    driver.give(reroute("roads"))

    topics = ["posts.routed.v1", "teams.lighting.posts.v1", "teams.roads.posts.v1"]
    told = driver.emitted[0].event
    assert topics == driver.topics()
    assert isinstance(told, PostRerouted)
    assert (
        told.data.team_before,
        told.data.team,
        told.data.requested_by,
    ) == ("lighting", "roads", "Morag")
    assert driver.case()["id"] == told.data.case_id


def test_reroute_to_the_same_team_keeps_the_theme_and_is_told_once() -> None:
    """A person who confirms a team changes nothing but who decided."""
    driver = Driver()
    driver.give(classified(post()))
    driver.emitted.clear()

    driver.give(reroute("lighting"))

    assert driver.topics() == ["posts.routed.v1", "teams.lighting.posts.v1"]
    assert (driver.case()["theme"], driver.conversation()["decided_by"]) == ("lamps-out", "person")


def test_later_posts_follow_a_reroute() -> None:
    """What is said after a reroute goes where the person sent the conversation."""
    driver = Driver()

    driver.give(classified(post()), reroute("roads"), classified(post(2)))

    assert (driver.post(2)["team"], driver.post(2)["why"]) == ("roads", "conversation")
    assert (driver.case()["team"], driver.case()["posts_live"]) == ("roads", 2)


def test_reroute_to_nobody_closes_and_back_opens_the_same_case() -> None:
    """A slip of the hand can be undone: the case is the same one."""
    driver = Driver()
    driver.give(classified(post()), reroute("none"))
    put_away = driver.case()

    driver.give(reroute("lighting"))

    assert (put_away["state"], put_away["outcome"]) == ("closed", "not-ours")
    assert ("open", None, put_away["id"]) == tuple(
        driver.case()[name] for name in ("state", "outcome", "id")
    )


def test_case_put_away_does_not_come_back_without_its_posts() -> None:
    """What was removed while the case was closed is not waited for again."""
    driver = Driver()

    driver.give(classified(post()), reroute("none"), removed(), reroute("roads"))

    assert (driver.case()["state"], driver.case()["posts_live"]) == ("closed", 0)
    assert driver.case()["outcome"] == "not-ours"


def test_reroute_by_a_post_of_an_earlier_case_moves_the_new_one() -> None:
    """The conversation moves as a whole; the old post stays in its own, closed case."""
    driver = Driver()

    driver.give(classified(post()), reroute("none"), classified(post(2)), reroute("roads"))

    first, second = driver.cases()
    assert (second["team"], first["state"]) == ("roads", "closed")
    assert (driver.post(1)["case_id"], driver.post(1)["deadline_ms"]) == (first["id"], None)


def test_reroute_from_nobody_opens_a_case() -> None:
    """What was taken for spam becomes work once a person says so."""
    driver = Driver()

    driver.give(classified(post(1, "Buy now: our lamp")), reroute("lighting"))

    assert tuple(driver.case()[name] for name in ("team", "first_post_id", "priority")) == (
        "lighting",
        "post-1",
        "low",
    )
    assert driver.case()["id"] == driver.post()["case_id"]


def test_reroute_of_a_withdrawn_case_opens_nothing() -> None:
    """Nobody waits for an answer to a removed post; later ones follow the person."""
    driver = Driver()

    driver.give(classified(post()), removed(), reroute("roads"))

    assert (driver.case()["state"], driver.case()["team"]) == ("closed", "lighting")
    assert (driver.conversation()["team"], driver.post()["text"]) == ("roads", None)
    assert driver.post()["deadline_ms"] is None


@pytest.mark.parametrize(
    ("changes", "cause", "words"),
    [
        ({"team": "lihgting"}, "unknown team", "name one of lighting, roads, contact"),
        ({"team": "roads", "theme": "lamps-out"}, "unknown theme", "no theme of roads"),
        ({"post_id": "post-7"}, "unknown post", "post-7 is not known here"),
        ({"conversation_id": "conversation-7"}, "unknown post", "post-1 is not known here"),
    ],
)
def test_impossible_reroute_is_set_aside(changes: dict[str, str], cause: str, words: str) -> None:
    """A wish that names what there is not becomes a dead letter with its cure."""
    driver = Driver()
    driver.give(classified(post()))
    before = dict(driver.rows)

    driver.give(reroute(**{"team": "roads", **changes}))  # type: ignore[arg-type]

    (refusal,) = driver.rejected
    assert cause == refusal.cause
    assert words in refusal.detail
    assert before == driver.rows
