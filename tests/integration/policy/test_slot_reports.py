"""Reports on slots of a real town: made once all is settled, completed, and published."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_slot_reports import slot_report_reading_of, slot_report_turns_of
from services.policy.slot_report_reading import SlotReportReading
from services.policy.slot_report_turns import SlotReportTurns
from services.runtime.clock import DAY_MS
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from services.runtime.ports import Commit
from tests.handover_town import HandoverTown

HELLO = "Good morning. I am Curt, and I keep bees on the hill."
FORBIDDEN = "Ring Ada Example at home on 07700 900123."
DAY_SECONDS = DAY_MS // 1_000


class Reported:
    """A town with what makes and reads its reports."""

    def __init__(self, town: HandoverTown) -> None:
        self.town = town
        foundation, sealer = town.town.embedded, town.town.speaking.sealer
        self.turns: SlotReportTurns = slot_report_turns_of(foundation, sealer)
        self.reading: SlotReportReading = slot_report_reading_of(foundation)

    def slot(self) -> str:
        """Have curt say one thing, be refused another, and say goodbye."""
        takeover_id = self.town.live_slot()
        act = self.town.act("curt", "statement", text=HELLO)
        self.town.clock.advance(60)
        self.town.agree(act, "bob")
        self.town.turn()
        self.town.act("curt", "statement", text=FORBIDDEN)
        self.town.end(takeover_id)
        return takeover_id

    def close(self, takeover_id: str) -> None:
        """Close a takeover, and have its report completed."""
        self.town.do("takeover-close", "dee", takeover_id=takeover_id)
        self.turns.turn()

    def publish(self, takeover_id: str, who: str = "dee", **order: Any) -> Any:
        """Put a report on the public page."""
        return self.town.do("takeover-publish-report", who, takeover_id=takeover_id, **order)


@pytest.fixture
def reported(tmp_path: Path) -> Iterator[Reported]:
    """A small town with its reports."""
    town = HandoverTown(tmp_path)
    yield Reported(town)
    town.stop()


def test_a_report_is_made_once_and_counts_the_slot(reported: Reported) -> None:
    """Sent, held and refused, with the public words of each rule; twice asked is made once."""
    takeover_id = reported.slot()

    made = reported.turns.turn()
    again = reported.turns.turn()

    told = reported.reading.one(takeover_id)
    assert (1, 0, False) == (made, again, told["is_final"])
    assert (2, 1, {"statement": 1}) == (told["proposed"], told["sent"], told["sent_by_kind"])
    (rule,) = [
        each for each in told["denied"]["by_rule"] if each["rule"] == "content/personal_data"
    ]
    assert (1, 1) == (told["denied"]["acts"], rule["acts"])
    assert rule["stops"]
    assert 60 <= told["approvals"]["longest_wait_seconds"] <= 61
    assert ("curt", "dee") == (told["person"], told["duty_officer"])
    assert 1 == reported.town.audited(
        "report.made", takeover=takeover_id, duty_officer=reported.town.person_id("dee")
    )


def test_nothing_in_it_names_anybody(reported: Reported) -> None:
    """Neither who spoke nor what was said stands in what is kept."""
    takeover_id = reported.slot()
    reported.turns.turn()

    row = reported.town.town.row("slot_reports", takeover_id)

    assert row is not None
    assert not [each for each in ("curt", "Curt", "Ada", "bees") if each in str(row["numbers"])]


def test_it_waits_for_what_is_on_its_way_but_not_for_ever(reported: Reported) -> None:
    """A sending that nobody can tell the end of does not keep the curator waiting for weeks."""
    town = reported.town
    takeover_id = town.live_slot()
    act = town.agree(town.act("curt", "statement", text=HELLO), "bob")
    town.do("takeover-sign-off", "curt", takeover_id=takeover_id)

    early = reported.turns.turn()
    town.clock.advance(DAY_SECONDS + 1)
    late = reported.turns.turn()

    assert "approved" == act["state"]
    assert (0, 1) == (early, late)
    assert 0 == reported.reading.one(takeover_id)["sent"]


def test_what_people_answered_is_counted_and_thanks_are_quoted_while_they_stand(
    reported: Reported,
) -> None:
    """In the conversation of what was said; a post that is removed is quoted no more."""
    town = reported.town
    takeover_id = town.live_slot()
    reply = town.do("answer", "curt", case_id="case-1", text="It is emptied on Friday.")
    town.agree(reply, "bob")
    town.turn()
    act = town.town.row("acts", reply["id"])
    assert act is not None
    conversation = str(act["conversation_id"])
    said: Row = {"text": "Thank you!", "intent": "praise", "sentiment": "positive", "link": "/l"}
    heard: Row = {"author": "@resident", "state": "live", "source": "house", "native_id": "n-1"}
    when: Row = {"conversation_id": conversation, "posted_at_ms": town.now_ms + 1}
    answer: Row = {**said, **heard, **when}
    key = Key("posts", "thanks-1")
    write(town, key, answer)
    town.clock.advance(1)
    town.end(takeover_id)
    reported.turns.turn()

    before = reported.reading.one(takeover_id)
    write(town, key, {**answer, "state": "removed", "text": None})
    after = reported.reading.one(takeover_id)

    assert {"posts": 1, "by_sentiment": {"positive": 1}} == before["answers"]
    assert [{"text": "Thank you!", "link": "/l"}] == before["thanks"]
    assert [] == after["thanks"]


def test_it_is_published_once_closed_by_an_officer_and_taken_off_again(
    reported: Reported,
) -> None:
    """Until then the public sees that there was a takeover, and nothing of what came of it."""
    takeover_id = reported.slot()
    reported.turns.turn()
    with pytest.raises(RejectError, match="once its takeover is closed"):
        reported.publish(takeover_id)
    reported.close(takeover_id)
    with pytest.raises(NotFoundError):
        reported.reading.published(takeover_id)
    roles = {"roles": ("curator", "duty-officer"), "why": "an officer who was a guest"}
    reported.town.do("change-person", "gail", login="curt", **roles)
    with pytest.raises(NotAllowedError, match="Who spoke"):
        reported.publish(takeover_id, "curt")

    reported.publish(takeover_id, thanks="Thank you, Curt.")
    page = reported.reading.published(takeover_id)
    (listed,) = reported.reading.in_public()
    why = {"why": "the guest asked us to"}
    reported.town.do("takeover-withdraw-report", "gail", takeover_id=takeover_id, **why)

    assert ("a guest of the town", "past", True) == (
        page["who"],
        page["when"],
        listed["has_report"],
    )
    assert ("Thank you, Curt.", 1, None) == (page["thanks"], page["sent"], page["denied"])
    (said,) = page["said"]
    assert "/house/threads/" in said["link"]
    with pytest.raises(NotFoundError):
        reported.reading.published(takeover_id)


def test_a_guest_is_named_where_they_agreed(reported: Reported) -> None:
    """By the same word as in the directory of accounts."""
    takeover_id = reported.slot()

    reported.town.do("takeover-show-name", "curt", takeover_id=takeover_id, name="Curt")

    assert ["Curt"] == [each["who"] for each in reported.reading.in_public()]


def test_a_slot_that_is_still_being_asked_about_is_nobodys_business(reported: Reported) -> None:
    """A draft that comes to nothing embarrasses nobody."""
    order = {"account": "town", "title": "Week nine", "duty_officer": "dee", "why": "a plan"}
    starts = reported.town.now_ms + DAY_MS
    reported.town.do("takeover-plan", "gail", starts_at_ms=starts, ends_at_ms=starts + 1, **order)

    assert [] == list(reported.reading.in_public())


def write(town: HandoverTown, key: Key, row: Row) -> None:
    """Keep a row as listening would."""
    town.town.embedded.journal.commit(Commit(writes={key: row})).result()
