"""Decisions replayed by proposed rules, asked in place: what is asked, and what is kept."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.policy import rehearser
from services.policy.bundle import Bundle
from services.policy.configuration import OwnContacts
from services.policy.recorded import Entry
from services.policy.rehearsal import Tally
from services.policy.rehearser import FAILURES_MAX, Rehearsed, Rehearser
from services.runtime.errors import EngineUnavailableError, RejectError
from services.runtime.gate import Engine, Facts
from tests.unit.policy.rehearsals import ANGER, EMOJI, SHIPPED, bundle, data, entry, reason, source


class SaysIfEmoji:
    """An engine of a part of the rules: each of them holds what has over `limit` emoji."""

    def __init__(self, part: Bundle, asked: Counter[str], failing: int) -> None:
        self.revision = part.revision
        self.part = part
        self.asked = asked
        self.failing = failing
        self.closed = False

    def evaluate(self, facts: Facts) -> object:
        """Return what the rules answer; the first `failing` questions have none."""
        if self.failing:
            self.failing -= 1
            raise EngineUnavailableError("it was busy")
        self.asked.update(self.part.manifest)
        many = facts["findings"]["emoji"] > self.part.data["limits"]["emoji_max"]
        said = {name: value for name, value in reason("x/y").items() if value is not None}
        reasons = [{**said, "rule": rule} for rule in self.part.manifest if many]
        return {
            "revision": self.revision,
            "checked": list(self.part.manifest),
            "reasons": reasons,
        }

    def close(self) -> None:
        """Say that it was ended."""
        self.closed = True


class Rig:
    """A rehearser on such engines, with what was asked of them."""

    def __init__(self, after: Bundle, earlier: Mapping[str, Bundle], failing: int = 0) -> None:
        self.asked: Counter[str] = Counter()
        self.engines: list[SaysIfEmoji] = []
        self.failing = failing
        own, languages = OwnContacts(), ("en",)
        rehearsed = Rehearsed(SHIPPED, after, earlier, own, languages, ZoneInfo("Europe/London"))
        self.rehearser = Rehearser(rehearsed, self._engine_of)

    def _engine_of(self, part: Bundle) -> Engine:
        self.engines.append(SaysIfEmoji(part, self.asked, self.failing))
        return self.engines[-1]

    def replay(self, *entries: Entry) -> Tally:
        """Return the tally of some entries."""
        return self.rehearser.replay(entries)


FEWER = bundle(data=data("limits", emoji_max=2))


def emoji(count: int, **values: Any) -> dict[str, Any]:
    """Return facts with so many emoji that nobody agreed to."""
    return {"facts": {"findings__emoji": count, "approvals": [], **values}}


def test_only_what_changed_is_asked_and_the_rest_is_kept() -> None:
    """A decision that rested on another rule too stays with that rule's word."""
    rig = Rig(FEWER, {})

    tally = rig.replay(entry(reason(ANGER, "deny"), **emoji(3)), entry(number=2, **emoji(4)))

    assert {EMOJI: 2} == rig.asked
    assert {"newly_held": 1} == tally.changes
    assert {EMOJI: Counter(newly_held=1, reasons_new=1)} == tally.by_rule
    assert (2, 2) == (tally.decisions, tally.asked)


def test_the_same_question_is_asked_once() -> None:
    """Rules have no clock and no chance; what else stands in the facts is no part of a question."""
    rig = Rig(FEWER, {})

    tally = rig.replay(*(entry(number=number, **emoji(3 + number % 2)) for number in range(1, 9)))

    assert ({EMOJI: 2}, 2, 8) == (rig.asked, tally.asked, tally.decisions)
    assert {"newly_held": 8} == tally.changes


def test_questions_that_are_long_or_many_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal of a year takes no more memory than one of a day."""
    monkeypatch.setattr(rehearser, "ANSWERS_KEPT_MAX", 2)
    counts = [3, 4, 5, 4, 3]
    few, short = Rig(FEWER, {}), Rig(FEWER, {})

    few.replay(*(entry(number=number, **emoji(count)) for number, count in enumerate(counts)))
    monkeypatch.setattr(rehearser, "ASKED_CHARACTERS_KEPT_MAX", 5)
    short.replay(*(entry(number=number, **emoji(3)) for number in range(4)))

    assert ({EMOJI: 4}, {EMOJI: 4}) == (few.asked, short.asked)


def test_what_a_changed_rule_had_said_no_longer_counts() -> None:
    """An act that was held by the old figure alone is freed by the new one."""
    rig = Rig(bundle(data=data("limits", emoji_max=9)), {})

    tally = rig.replay(entry(reason(EMOJI), **emoji(6)))

    assert {"freed": 1} == tally.changes


def test_a_rule_that_went_frees_without_a_question() -> None:
    """Nothing has to be asked where a rule is only taken away."""
    rig = Rig(bundle(EMOJI), {})

    tally = rig.replay(entry(reason(EMOJI), **emoji(6)))

    assert ({"freed": 1}, 0, []) == (tally.changes, tally.asked, rig.engines)


def test_consent_that_was_given_meets_a_new_need_too() -> None:
    """A hold whose need the recorded approvals meet is advice, as at the gate."""
    rig = Rig(FEWER, {})

    tally = rig.replay(entry(facts={"findings__emoji": 3}))

    assert ({}, 1, 1) == (tally.changes, tally.asked, tally.stirred)


def test_words_are_read_anew_only_where_a_list_changed() -> None:
    """Where the lists find the same, no rule is asked; where they do not, those that read them."""
    rig = Rig(bundle(data=data("form", hosts_shortening=[])), {})
    text = {"payload": {"text": "See https://bit.ly/3abc for it."}}

    tally = rig.replay(entry(number=1), entry(number=2, **text))

    assert (2, 1, 1) == (tally.decisions, tally.asked, tally.reread)
    assert "content/link_shortened" in rig.asked
    assert "authority/four_eyes" not in rig.asked


def test_words_that_are_gone_cannot_be_read_anew() -> None:
    """A changed list leaves out what has no words, and says so."""
    rig = Rig(bundle(data=data("form", hosts_shortening=[])), {})

    tally = rig.replay(entry(payload={"text": None}))

    assert (0, {"too_long": 1}) == (tally.decisions, tally.left_out)


def test_a_decision_by_unknown_rules_is_asked_of_all() -> None:
    """Nothing is kept of what nobody knows the rules of."""
    rig = Rig(FEWER, {})

    tally = rig.replay(entry(revision="0" * 64))

    assert set(FEWER.manifest) == set(rig.asked)
    assert 1 == tally.earlier


def test_a_decision_by_earlier_rules_is_asked_of_what_changed_since() -> None:
    """Rules on record say what is to be asked."""
    earlier = bundle(content__anger=f"{source(ANGER)}\n# Earlier.\n")
    rig = Rig(FEWER, {earlier.revision: earlier})

    rig.replay(entry(revision=earlier.revision))

    assert {ANGER, EMOJI} == set(rig.asked)


def test_facts_that_rules_cannot_go_by_now_are_left_out() -> None:
    """What was recorded before a fact was told is not judged without it."""
    rig = Rig(FEWER, {})

    tally = rig.replay(entry(facts={"actor__pace": None}))

    assert ({"not_asked": 1}, 0) == (tally.left_out, tally.asked)


def test_one_question_without_an_answer_is_asked_again() -> None:
    """What ended an engine once does not end a rehearsal."""
    rig = Rig(FEWER, {}, failing=1)

    assert 1 == rig.replay(entry()).decisions


def test_rules_that_give_no_answers_end_the_rehearsal() -> None:
    """A rehearsal that asked on and on would take for ever, and say nothing."""
    rig = Rig(FEWER, {}, failing=1_000)

    with pytest.raises(RejectError, match=f"of {FAILURES_MAX} acts .*it was busy"):
        rig.replay(*(entry(number=number) for number in range(FAILURES_MAX)))


def test_a_day_is_one_of_the_body() -> None:
    """What was decided after midnight in London counts there, not where it was still yesterday."""
    rig = Rig(FEWER, {})
    half_past_midnight_ms = 1_782_862_200_000

    tally = rig.replay(entry(at_ms=half_past_midnight_ms))

    assert ["2026-07-01"] == list(tally.by_day)


def test_engines_end_with_their_rehearser() -> None:
    """No engine is left behind."""
    rig = Rig(FEWER, {})
    rig.replay(entry())

    rig.rehearser.close()

    assert [True] == [each.closed for each in rig.engines]
