"""A rehearsal as it is told: its document, digest and sentences, its picture and page."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.policy.recorded import Recorded, recorded_of
from services.policy.rehearsal import Tally, compare, samples_of
from services.policy.rehearsal_chart import DAYS_MAX, chart_svg, page_html
from services.policy.rehearsal_document import (
    DOCUMENT_BYTES_MAX,
    Rehearsal,
    rehearsal_digest,
    rehearsal_document,
    summary,
)
from services.policy.rehearsal_plan import Plan
from tests.unit.policy.rehearsals import ANGER, EMOJI, entry, reason

Group = tuple[int, list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]
UNTIL = datetime(2025, 12, 1, 12, tzinfo=UTC)
SECRET = "Nobody else may read this."


def _rehearsal(tally: Tally, **values: Any) -> Rehearsal:
    plain: dict[str, Any] = {
        "before": "a" * 64,
        "after": "b" * 64,
        "since": UNTIL - timedelta(days=30),
        "until": UNTIL,
        "plan": Plan(run=(EMOJI,), read=(ANGER, EMOJI), lists=("people",)),
        "kept": 50,
        "tally": tally,
        "samples": tuple(samples_of(tally)),
    }
    return Rehearsal(**(plain | values))


def _tally(*groups: Group) -> Tally:
    """Return the tally of some groups: how many, reasons before and after, values of the entry."""
    tally, number = Tally(), 0
    for count, before, after, values in groups:
        day = values.get("day", "2025-11-20")
        rest = {name: value for name, value in values.items() if name != "day"}
        for _ in range(count):
            number += 1
            payload = {"payload": {"text": SECRET}}
            recorded = recorded_of(entry(*before, number=number, **{**payload, **rest}))
            assert isinstance(recorded, Recorded)
            tally.take(recorded, day)
            tally.take_reasons(recorded, after)
            sample = compare(recorded, after)
            if sample is not None:
                tally.take_change(sample, day, went_out=recorded.went_out)
    return tally


def _told(*groups: Group, **values: Any) -> list[str]:
    return [*summary(_rehearsal(_tally(*groups), **values))]


def test_what_went_out_and_would_have_been_held_is_said_first() -> None:
    """A summary is what an officer reads to a colleague."""
    told = _told((1_928, [], [], {}), (12, [], [reason(EMOJI)], {}))

    assert "Of 1,940 replies of the last 30 days, 12 would have been held that went out." == told[0]
    assert f"Newly held by decision: {EMOJI} 12." == told[1]


def test_every_kind_of_change_has_its_words() -> None:
    """Each of the four kinds is said, with how many acts it is about."""
    proposed = {"kind": "act.proposed"}
    told = _told(
        (1, [], [reason()], {}),
        (2, [], [reason()], proposed),
        (3, [reason()], [reason(severity="deny")], proposed),
        (4, [reason()], [], proposed),
        (5, [reason(severity="deny")], [reason()], proposed),
    )

    assert (
        "Of 15 replies of the last 30 days, 1 would have been held that went out (3 in all); "
        "3 would have been denied that were not; 4 would have gone through that were held or "
        "denied; 5 would have been held that were denied."
    ) == told[0]


def test_decisions_that_stay_for_other_reasons_are_said() -> None:
    """Consent that was given anyhow hides a new rule's work: it is told all the same."""
    told = _told((3, [reason(ANGER)], [reason(EMOJI)], {}))

    assert "Of 3 replies of the last 30 days, none would have been decided otherwise." == told[0]
    assert (
        f"3 decisions would have stayed the same for other reasons: new {EMOJI} 3; gone {ANGER} 3."
    ) == told[1]


def test_no_change_is_said_in_a_sentence() -> None:
    """A change that shows nothing is no empty page."""
    told = _told((3, [], [], {}))

    assert ["Of 3 replies of the last 30 days, none would have been decided otherwise."] == told


def test_nothing_on_record_is_said_in_a_sentence() -> None:
    """Who has just begun is told that there is nothing yet."""
    assert ["Nothing that was decided in the last 1 day can be rehearsed."] == _told(
        since=UNTIL - timedelta(hours=3)
    )


def test_acts_that_are_no_replies_are_called_acts() -> None:
    """A statement answers nobody."""
    told = _told((2, [], [], {"facts": {"act__kind": "statement"}}))

    assert told[0].startswith("Of 2 acts of")


def test_what_was_left_out_is_said_with_its_cause() -> None:
    """No figure is made to look complete that is not."""
    tally = _tally((1, [], [], {}))
    tally.leave_out("erased")
    tally.leave_out("erased")
    tally.earlier = 1

    told = [*summary(_rehearsal(tally, plan=Plan(run=(), recounted=("authority.x",))))]

    assert "2 decisions left out: their words were erased or are past their time." == told[1]
    assert told[2].startswith("1 decision was made by other rules than those in force now")
    assert "authority.x changed" in told[3]


def test_the_document_has_no_word_of_any_act() -> None:
    """It is kept with a proposal for good, and no erasure looks there."""
    tally = _tally((3, [], [reason()], {}))

    document = rehearsal_document(_rehearsal(tally))

    assert SECRET not in document.decode()
    assert "act-1" in document.decode()


def test_equal_rehearsals_have_one_digest() -> None:
    """A proposal is bound to what was seen: another figure is another digest."""
    one, same, other = (
        rehearsal_digest(rehearsal_document(_rehearsal(_tally((count, [], [reason()], {})))))
        for count in (3, 3, 4)
    )

    assert one == same != other
    assert re.fullmatch("[0-9a-f]{64}", one)


def test_the_document_is_bounded_and_stays_whole_json() -> None:
    """Samples that are too long to be kept go first; no count does."""
    long = reason(sentence="é" * 400)
    tally = _tally((300, [], [long], {}))
    tally.merge(_tally((300, [], [reason(severity="deny", sentence="ö" * 400)], {})))
    many = _rehearsal(tally)
    samples = many.samples * 10

    document = rehearsal_document(replace(many, samples=samples))

    told = json.loads(document)
    assert len(document) <= DOCUMENT_BYTES_MAX
    assert 0 < len(told["samples"]) < len(samples)
    assert 300 == told["changes"]["newly_held"]["decisions"]


def test_the_document_names_what_was_asked_and_what_was_kept() -> None:
    """Who reads it later knows what it rests on."""
    told = json.loads(rehearsal_document(_rehearsal(_tally((2, [], [reason()], {})))))

    assert ([EMOJI], [ANGER], 50, ["people"]) == (
        told["rules_asked"],
        told["rules_asked_where_words_read_otherwise"],
        told["rules_kept"],
        told["lists_changed"],
    )
    assert {"decisions": 2, "newly_held": 2} == told["by_account"]["town"]
    assert {"newly_held": 2} == told["by_rule"][ANGER]


def test_the_picture_says_what_it_shows_and_is_whole_xml() -> None:
    """Who does not see it hears the summary; who sees it reads days, counts and a legend."""
    tally = _tally(
        (2, [], [reason()], {"day": "2025-11-20"}), (1, [reason()], [], {"day": "2025-11-24"})
    )

    drawn = ET.fromstring(chart_svg(_rehearsal(tally)))

    space = "{http://www.w3.org/2000/svg}"
    assert "img" == drawn.get("role")
    assert "2 would have been held" in (drawn.findtext(f"{space}desc") or "")
    bars = [title.text for title in drawn.findall(f"{space}rect/{space}title")]
    assert ["2025-11-20: 2 newly held", "2025-11-24: 1 freed"] == bars
    written = [each.text for each in drawn.findall(f"{space}text")]
    assert {"2025-11-20", "2025-11-22", "2025-11-24", "newly denied"} <= {*written}


def test_what_is_stopped_stands_above_what_is_let_go() -> None:
    """The place tells the two apart where the colour does not."""
    tally = _tally((1, [], [reason()], {}), (1, [reason()], [], {}))

    drawn = ET.fromstring(chart_svg(_rehearsal(tally)))

    space = "{http://www.w3.org/2000/svg}"
    bars = [
        each for each in drawn.findall(f"{space}rect") if each.find(f"{space}title") is not None
    ]
    stopped, freed = (float(each.attrib["y"]) for each in bars)
    assert stopped < freed


def test_a_long_time_is_drawn_by_its_last_days() -> None:
    """No picture grows with the years."""
    tally = _tally(
        (1, [], [reason()], {"day": "2020-01-01"}), (1, [], [reason()], {"day": "2025-11-24"})
    )

    assert f">{datetime(2025, 11, 24, tzinfo=UTC) - timedelta(days=DAYS_MAX - 1):%Y-%m-%d}<" in (
        chart_svg(_rehearsal(tally))
    )


@pytest.mark.parametrize("draw", [chart_svg, page_html])
def test_nothing_on_record_can_be_drawn(draw: Any) -> None:
    """An empty month has its picture too."""
    assert "Nothing that was decided" in draw(_rehearsal(Tally()))


def test_the_page_runs_nothing_and_shows_no_words() -> None:
    """Text from rules is text, whatever it looks like."""
    tally = _tally((1, [], [reason(sentence="<script>alert(1)</script>")], {}))
    page = page_html(_rehearsal(tally))

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert SECRET not in page
