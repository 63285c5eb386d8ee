"""People close, reopen, merge, split and move cases: what changes, and what stays."""

from datetime import timedelta

import pytest

from schemas.assignment import PostRerouted
from schemas.case import CaseClosed, CaseMerged, CaseReopened, CaseSplit
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Expect, Key, Row
from tests.unit.route.samples import (
    MONDAY,
    Driver,
    classification,
    classified,
    close,
    merge,
    post,
    removed,
    reopen,
    reroute,
    split,
)

OTHER = "conversation-2"


def driver_with(count: int = 1) -> Driver:
    """Return a driver whose one case has so many posts."""
    driver = Driver()
    driver.give(*(classified(post(number)) for number in range(1, count + 1)))
    return driver


def driver_with_two() -> Driver:
    """Return a driver with a case of lighting and a more pressing one of another conversation."""
    driver = driver_with()
    other = post(2, "A pothole", conversation_id=OTHER)
    driver.give(classified(other, classification("roads", urgency="urgent")))
    return driver


def case_ids(driver: Driver) -> list[str]:
    """Return the ids of all cases, in the order in which they were opened."""
    return [str(case["id"]) for case in driver.cases()]


def told(driver: Driver) -> list[str]:
    """Return the topics written to since posts were routed."""
    return [emit.topic for emit in driver.emitted if emit.event.type.startswith("mercat.cases.")]


def copy_in_conversation(driver: Driver) -> Row:
    """Return the conversation's copy of its latest case, by the names of the case's own row."""
    row = driver.conversation()
    names = [name for name in driver.cases()[0] if name not in {"id", "conversation_id"}]
    return {name: row[f"case_{name}".replace("case_case_", "case_")] for name in names}


def test_close_ends_the_wait_and_is_told_to_the_team() -> None:
    """A closed case says what came of it and since when, in its row and in the conversation's."""
    driver = driver_with()

    driver.give(close(driver.case(), "resolved-elsewhere"))

    case, at_ms = driver.case(), to_epoch_ms(MONDAY + timedelta(hours=3))
    assert ("closed", "resolved-elsewhere", at_ms) == (
        case["state"],
        case["outcome"],
        case["closed_at_ms"],
    )
    assert copy_in_conversation(driver).items() <= case.items()
    assert ["posts.routed.v1", "teams.lighting.posts.v1"] == told(driver)
    fact = driver.emitted[-1].event
    assert isinstance(fact, CaseClosed)
    assert ("lighting", "Because", "Morag") == (
        fact.data.team,
        fact.data.reason,
        fact.data.requested_by,
    )


def test_post_after_a_close_opens_a_case_that_follows() -> None:
    """The conversation goes on in a new case with the same team."""
    driver = driver_with()
    driver.give(close(driver.case()))

    driver.give(classified(post(2, "Out again"), classification("roads")))

    first, second = driver.cases()
    assert (first["id"], "lighting", "open") == (
        second["case_before"],
        second["team"],
        second["state"],
    )
    assert first["state"] == "closed"


def test_edit_does_not_open_a_closed_case() -> None:
    """What a person closed stays closed when its first post changes its words."""
    driver = driver_with()

    driver.give(
        close(driver.case()),
        classified(post(1, "A pothole", revision="2"), classification("roads")),
    )

    assert ("closed", "lighting") == (driver.case()["state"], driver.case()["team"])
    assert driver.last_routed().data.assignment.deadline is None


def test_reopened_case_has_the_deadline_it_had() -> None:
    """Closing and reopening buys no time."""
    driver = driver_with()
    before = driver.case()

    driver.give(close(before), reopen(before))

    assert before == driver.case()
    assert copy_in_conversation(driver).items() <= before.items()
    fact = driver.emitted[-1].event
    assert isinstance(fact, CaseReopened)
    assert before["deadline_ms"] == to_epoch_ms(fact.data.deadline)
    assert driver.emitted[-1].topic == "teams.lighting.posts.v1"


def test_earlier_case_is_reopened_beside_the_new_one() -> None:
    """A case that another one follows is found by its own row; the conversation stays."""
    driver = driver_with()
    first = driver.case()
    driver.give(close(first), classified(post(2)))
    conversation = driver.conversation()

    driver.give(reopen(first))

    assert ["open", "open"] == [case["state"] for case in driver.cases()]
    assert conversation == driver.conversation()


def test_case_reopens_with_the_team_its_conversation_is_with() -> None:
    """A conversation that moved while its case was closed brings the case along."""
    driver = driver_with()
    driver.give(close(driver.case()), reroute("roads"))

    driver.give(reopen(driver.case()))

    assert ("open", "roads") == (driver.case()["state"], driver.case()["team"])
    assert driver.emitted[-1].topic == "teams.roads.posts.v1"


def test_reroute_opens_what_a_person_closed_as_not_ours() -> None:
    """Another team may find that it is the body's after all."""
    driver = driver_with()

    driver.give(close(driver.case(), "not-ours"), reroute("roads"))

    assert ("open", None, "roads") == tuple(
        driver.case()[name] for name in ("state", "outcome", "team")
    )


def test_merge_closes_one_case_and_touches_no_other_conversation() -> None:
    """The case that is merged names the other; of the other nothing is written."""
    driver = driver_with_two()
    first, second = driver.cases()
    untouched = {key: row for key, row in driver.rows.items() if key.id != OTHER}

    driver.give(merge(second, first, OTHER))

    case = driver.cases()[1]
    assert ("closed", "merged", first["id"]) == (
        case["state"],
        case["outcome"],
        case["merged_into"],
    )
    untouched.pop(next(key for key in untouched if key.id == case["id"]))
    assert untouched.items() <= driver.rows.items()


def test_merge_expects_both_cases_to_be_open_still() -> None:
    """What another worker does to either meanwhile undoes it; no other act rests on that."""
    driver = driver_with_two()
    first, second = driver.cases()

    driver.give(merge(second, first, OTHER), close(first))

    keys = [Key("cases", str(case["id"])) for case in (second, first)]
    assert [Expect(key, "state", "open") for key in keys] == driver.expected


def test_merge_is_told_to_both_teams_with_its_deadline() -> None:
    """The team that answers both learns by when."""
    driver = driver_with_two()
    first, second = driver.cases()

    driver.give(merge(second, first, OTHER))

    topics = ["posts.routed.v1", "teams.roads.posts.v1", "teams.lighting.posts.v1"]
    assert topics == told(driver)
    fact = driver.emitted[-1].event
    assert isinstance(fact, CaseMerged)
    assert ("roads", "lighting", OTHER) == (fact.data.team, fact.data.into_team, fact.subject)
    assert second["deadline_ms"] == to_epoch_ms(fact.data.deadline)


def test_reopening_takes_a_merge_back() -> None:
    """The case stands alone again, as it was."""
    driver = driver_with_two()
    first, second = driver.cases()

    driver.give(merge(second, first, OTHER), reopen(second, conversation_id=OTHER))

    assert second == driver.cases()[1]


def test_split_gives_posts_a_case_of_their_own() -> None:
    """The new case counts its posts and begins with the first of them; the old one has the rest."""
    driver = driver_with(4)

    driver.give(split(driver.case(), 4, 2))

    old, new = driver.cases()
    assert (2, 2, "post-1") == (old["posts_live"], old["posts_total"], old["first_post_id"])
    assert (2, 2, "post-2") == (new["posts_live"], new["posts_total"], new["first_post_id"])
    assert (old["id"], None, "open") == (new["split_from"], new["case_before"], new["state"])
    assert [old["id"], new["id"], old["id"], new["id"]] == [
        driver.post(number)["case_id"] for number in (1, 2, 3, 4)
    ]
    assert old["id"] == driver.conversation()["case_id"]


def test_split_case_is_due_by_the_times_of_its_own_posts() -> None:
    """What was said days later is not due when the first post is."""
    later = MONDAY + timedelta(days=1)
    driver = driver_with()
    driver.give(classified(post(2, posted_at=later, received_at=later)))

    driver.give(split(driver.case(), 2))

    old, new = driver.cases()
    tuesday_a_week_on = to_epoch_ms(MONDAY.replace(day=10, hour=17))
    assert tuesday_a_week_on == new["deadline_ms"] == driver.post(2)["deadline_ms"]
    assert to_epoch_ms(MONDAY.replace(day=9, hour=17)) == old["deadline_ms"]
    assert to_epoch_ms(later) == new["opened_at_ms"] == new["latest_at_ms"]


def test_split_is_told_with_the_new_case() -> None:
    """Its team learns which posts went where."""
    driver = driver_with(2)

    driver.give(split(driver.case(), 2))

    assert ["posts.routed.v1", "teams.lighting.posts.v1"] == told(driver)
    fact = driver.emitted[-1].event
    assert isinstance(fact, CaseSplit)
    assert (("post-2",), driver.cases()[1]["id"]) == (fact.data.post_ids, fact.data.new_case_id)


def test_post_after_a_split_joins_the_old_case() -> None:
    """The conversation's latest case stays the one that was split."""
    driver = driver_with(2)
    driver.give(split(driver.case(), 2))

    driver.give(classified(post(3)))

    old, new = driver.cases()
    assert (old["id"], 2, 1) == (driver.post(3)["case_id"], old["posts_live"], new["posts_live"])


def test_edit_in_a_split_case_keeps_case_team_and_deadline() -> None:
    """A post that was split off is edited where it is, whatever became of its conversation."""
    driver = driver_with(2)
    driver.give(split(driver.case(), 2), reroute("roads"))
    new, deadline_ms = driver.cases()[1], driver.post(2)["deadline_ms"]

    driver.give(classified(post(2, "A pothole", revision="2"), classification("roads")))

    assert (new["id"], "lighting", deadline_ms) == tuple(
        driver.post(2)[name] for name in ("case_id", "team", "deadline_ms")
    )
    assert new == driver.cases()[1]


def test_edit_in_a_split_case_opens_no_other_case() -> None:
    """Where the rest of the conversation turned out to be spam, the split-off post has its case."""
    driver = driver_with(2)
    driver.give(split(driver.case(), 2), classified(post(1, "Buy now", revision="2")))

    driver.give(classified(post(2, "The lamp, I say", revision="2")))

    assert ["closed", "open"] == [case["state"] for case in driver.cases()]
    assert driver.cases()[1]["id"] == driver.post(2)["case_id"]


@pytest.mark.parametrize(
    ("team", "state", "outcome"), [("roads", "open", None), ("none", "closed", "not-ours")]
)
def test_split_case_is_rerouted_alone(team: str, state: str, outcome: str | None) -> None:
    """The conversation and its latest case stay with their team; removals reach the new one."""
    driver = driver_with(2)
    driver.give(split(driver.case(), 2))
    old, new = driver.cases()

    driver.give(reroute(team, 2, case_id=new["id"]))

    case = driver.cases()[1]
    assert (state, outcome) == (case["state"], case["outcome"])
    assert old == driver.cases()[0]
    assert ("lighting", team) == (driver.conversation()["team"], driver.post(2)["team"])
    assert (team == "roads") == ("roads" in str(driver.conversation()["teams"]))
    fact = driver.emitted[-1].event
    assert isinstance(fact, PostRerouted)
    assert (new["id"], "lighting", team) == (
        fact.data.case_id,
        fact.data.team_before,
        fact.data.team,
    )


def test_split_case_is_closed_and_reopened_by_its_own_row() -> None:
    """What happens to a split-off case leaves its conversation alone."""
    driver = driver_with(2)
    driver.give(split(driver.case(), 2))
    conversation, new = driver.conversation(), driver.cases()[1]

    driver.give(close(new))
    closed = driver.cases()[1]
    driver.give(reopen(new))

    assert ("closed", "answered") == (closed["state"], closed["outcome"])
    assert new == driver.cases()[1]
    assert conversation == driver.conversation()


def test_removal_reaches_a_post_that_was_split_off() -> None:
    """What it said goes, and the case that it left counts the others alone."""
    driver = driver_with(3)
    driver.give(split(driver.case(), 3))

    driver.give(removed(3))

    assert ("removed", None) == (driver.post(3)["state"], driver.post(3)["text"])
    assert driver.cases()[0]["posts_live"] == 2
