"""Rules rehearsed on decisions that lie sealed in a real database, asked by the real engine."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from schemas.act import ActContent
from schemas.verdict import Verdict
from services.policy import regopy_rehearsal
from services.policy.act import new_act
from services.policy.bundle import Bundle, bundle_of
from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.erasure import ErasureParts, erase_subject
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.judging import PLATFORMS
from services.policy.proposals import Judgement, judged_note
from services.policy.regopy_rehearsal import Span, decisions_count, rehearse
from services.policy.rehearsal_document import Rehearsal, rehearsal_document, summary
from services.policy.rehearser import Rehearsed
from services.reading.worded import DraftSetting
from services.runtime.actor import PROGRAM
from services.runtime.clock import ManualClock, from_epoch_ms
from services.runtime.errors import InputInvalidError, RejectError
from services.runtime.gate import Engine, Facts
from tests.audit_notes import AT_MS, OFFICER, AuditRig, audit_rig
from tests.erasable_rows import ANN, AUTHOR
from tests.gate_facts import facts
from tests.speaking_town import RulesInPlace

SHIPPED: Final = read_bundle()
EMOJI: Final = "content/emoji/emoji.rego"
PERSONAL: Final = "content/personal_data/personal_data.rego"
PLAIN: Final = "The lamp in Mill Lane is mended on Friday."
GARDEN: Final = "New beds in the Kirkgate: come and see them on Friday 🌷🌷"
GESTURE: Final = "As a small gesture, the bench in Wynd Square was painted on Friday."
CALL: Final = "Ring my neighbour on 07700 900123."
DAY_MS: Final = 86_400_000


class CountedRules:
    """The real rules of a part, asked in place; `asked` counts each rule that was run."""

    def __init__(self, asked: Counter[str], part: Bundle) -> None:
        self._rules = RulesInPlace(part)
        self._asked = asked
        self._manifest = part.manifest
        self.revision = part.revision

    def evaluate(self, told: Facts) -> object:
        """Return what the rules answer."""
        self._asked.update(self._manifest)
        return self._rules.evaluate(told)

    def close(self) -> None:
        """Nothing is held."""


class Records:
    """A database of decisions, judged by the rules as they come, and rehearsals on it."""

    def __init__(self, rig: AuditRig) -> None:
        self.rig = rig
        self.asked: Counter[str] = Counter()
        self._gate = EngineGate(RulesInPlace(SHIPPED), SHIPPED)
        self._reader = DraftReader(OwnContacts(), ("en",), PLATFORMS, SHIPPED.lists)
        self._count = 0

    def decide(self, text: str, author: str = "@else@social.example", **changes: Any) -> str:
        """Judge a reply and put the decision on record; return the act's id."""
        self._count += 1
        act_id, at_ms = f"{self._count:032x}", AT_MS + self._count * DAY_MS // 4
        findings = self._reader.findings_of(text, (), "house", DraftSetting(kind="reply"))
        told = facts(act__id=act_id, act__text=text, findings=findings, **changes)
        verdict = self._gate.judge(told)
        assert verdict.failure is None
        self._note(act_id, text, author, told, verdict, at_ms)
        return act_id

    def rehearse(self, after: Bundle, **values: Any) -> Rehearsal:
        """Return the rehearsal of some rules, in place unless told otherwise."""
        own, zone = OwnContacts(), ZoneInfo("Europe/London")
        rehearsed = Rehearsed(SHIPPED, after, {}, own, ("en",), zone)
        values.setdefault("engine_of", self.engine_of)
        return rehearse(self.rig.journal.store, self.rig.sealer, rehearsed, self.span, **values)

    def engine_of(self, part: Bundle) -> Engine:
        """Return an engine that counts what it is asked."""
        return CountedRules(self.asked, part)

    @property
    def span(self) -> Span:
        """All that is on record."""
        until = from_epoch_ms(AT_MS) + timedelta(days=365)
        return Span(from_epoch_ms(AT_MS), until)

    def _note(
        self, act_id: str, text: str, author: str, told: Facts, verdict: Verdict, at_ms: int
    ) -> None:
        content = ActContent(kind="reply", account="town", text=text, target="post-1")
        act = new_act(
            content,
            id=act_id,
            author_id="rowan",
            subject=self.rig.sealer.citizen_subject("test", author),
            drafted_at_ms=at_ms,
        )
        judgement = Judgement(
            verdict=verdict, verdict_id=act_id, phase="sending", facts=told, now_ms=at_ms
        )
        kind = "act.cleared" if verdict.decision == "allow" else "act.stopped"
        self.rig.write(judged_note(kind, PROGRAM, act, judgement), at_ms=at_ms)


@pytest.fixture
def records(tmp_path: Path, clock: ManualClock) -> Iterator[Records]:
    """An empty record."""
    with audit_rig(tmp_path, clock) as rig:
        yield Records(rig)


def proposed(data: Mapping[str, Any] | None = None, emoji: str = SHIPPED.modules[EMOJI]) -> Bundle:
    """Return the rules with other data, or with the rule about emoji in another form."""
    return bundle_of({**SHIPPED.modules, EMOJI: emoji}, {**SHIPPED.data, **(data or {})})


def emoji_denied() -> Bundle:
    """Return rules under which two emoji are too many, and nobody's consent helps."""
    source = SHIPPED.modules[EMOJI].replace('"hold"', '"deny"')
    limits = {**SHIPPED.data["limits"], "emoji_max": 1, "emoji_in_a_row_max": 1}
    return proposed({"limits": limits}, emoji=source)


def gesture_listed() -> Bundle:
    """Return rules by whose lists a small gesture is stiff official wording."""
    formal = {**SHIPPED.data["claims"]["over_formal"]}
    formal["phrases"] = [*formal["phrases"], "as a small gesture"]
    return proposed({"claims": {**SHIPPED.data["claims"], "over_formal": formal}})


def changed(rehearsal: Rehearsal) -> dict[str, set[str]]:
    """Return the acts whose decision changed, by kind of change."""
    return {change: acts for change, acts in rehearsal.tally.acts_changed.items() if acts}


def test_a_changed_rule_stops_exactly_the_acts_it_is_about(records: Records) -> None:
    """What holds emoji would have been denied; the changed rule alone is asked, once of a kind."""
    plain, call = records.decide(PLAIN), records.decide(CALL)
    gardens = {records.decide(GARDEN) for _ in range(3)}

    rehearsal = records.rehearse(emoji_denied())

    assert {"newly_denied": gardens} == changed(rehearsal)
    assert {"content/emoji": 2} == records.asked
    assert {plain, call, *gardens} == rehearsal.tally.acts
    assert gardens == rehearsal.tally.sent_changed["newly_denied"]
    assert "3 would have been denied that went out." in next(summary(rehearsal))


def test_a_list_of_words_is_read_anew_and_asked_only_where_it_finds_more(records: Records) -> None:
    """A phrase that is new to a list gives its rule's reason where it stands, and nowhere else."""
    for text in (PLAIN, GARDEN, CALL):
        records.decide(text)
    gesture = records.decide(GESTURE, approvals=[])

    rehearsal = records.rehearse(gesture_listed())

    assert (4, 1, 1) == (
        rehearsal.tally.decisions,
        rehearsal.tally.reread,
        rehearsal.tally.asked,
    )
    assert {"content/over_formal": Counter(reasons_new=1)} == rehearsal.tally.by_rule
    assert "authority/four_eyes" not in records.asked
    assert {} == changed(rehearsal)
    assert {gesture} <= rehearsal.tally.acts


def test_rules_that_come_to_the_same_change_nothing(records: Records) -> None:
    """A comment is another rule to ask, and no other decision."""
    records.decide(GARDEN)

    rehearsal = records.rehearse(proposed(emoji=f"{SHIPPED.modules[EMOJI]}\n# A comment.\n"))

    assert ({}, 1) == (changed(rehearsal), rehearsal.tally.asked)


def test_words_of_an_erased_subject_are_not_replayed(records: Records, clock: ManualClock) -> None:
    """What was erased is gone from rehearsals too, and is counted as such."""
    kept = records.decide(GARDEN)
    records.decide(GARDEN, author=AUTHOR)
    rig = records.rig
    erase_subject(
        ErasureParts(rig.journal.store, rig.journal, rig.journal.log, rig.sealer, clock),
        ANN,
        OFFICER,
    )

    rehearsal = records.rehearse(emoji_denied())

    assert ({"newly_denied": {kept}}, {"erased": 1}) == (
        changed(rehearsal),
        rehearsal.tally.left_out,
    )
    assert "1 decision left out" in " ".join(summary(rehearsal))


def test_samples_show_words_masked_and_the_document_shows_none(records: Records) -> None:
    """An officer sees what an act was about, and no telephone number of anybody."""
    records.decide(f"{GARDEN} {CALL}")
    modules = {PERSONAL: SHIPPED.modules[PERSONAL].replace('"deny"', '"hold"')}

    rehearsal = records.rehearse(bundle_of({**SHIPPED.modules, **modules}, SHIPPED.data))

    (sample,) = rehearsal.samples
    assert "Ring my neighbour on [phone]" in sample.words
    assert "Kirkgate" not in rehearsal_document(rehearsal).decode()
    assert ("eased", ("content/personal_data",)) == (sample.change, sample.rules)


def test_only_what_was_decided_in_the_span_counts(records: Records) -> None:
    """The first moment belongs to the span, the last one does not."""
    records.decide(PLAIN)
    first_ms = AT_MS + DAY_MS // 4
    moment = from_epoch_ms(first_ms)
    store = records.rig.journal.store

    spans = [
        Span(moment, moment + timedelta(days=1)),
        Span(moment - timedelta(days=1), moment),
        Span(moment + timedelta(milliseconds=1), moment + timedelta(days=1)),
    ]

    assert [1, 0, 0] == [decisions_count(store, span) for span in spans]


def test_too_many_decisions_are_refused_before_any_is_replayed(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for ten years is told to name less."""
    records.decide(PLAIN)
    records.decide(PLAIN)
    monkeypatch.setattr(regopy_rehearsal, "DECISIONS_MAX", 1)

    with pytest.raises(InputInvalidError, match="name a shorter time"):
        records.rehearse(emoji_denied())


def test_pages_join_without_a_gap_or_a_repeat(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each decision is replayed once, wherever a page ends, and progress reaches the whole."""
    monkeypatch.setattr(regopy_rehearsal, "PAGE_ROWS", 2)
    acts = {records.decide(PLAIN) for _ in range(5)}
    shown: list[tuple[int, int]] = []

    rehearsal = records.rehearse(emoji_denied(), show=lambda *told: shown.append(told))

    assert (acts, 5) == (rehearsal.tally.acts, rehearsal.tally.decisions)
    assert [(2, 5), (4, 5), (5, 5)] == shown


def test_processes_of_their_own_come_to_the_same(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shared out over cores and engines of their own, a rehearsal has the same document."""
    for number in range(6):
        records.decide(GARDEN if number % 2 else PLAIN)
    here = rehearsal_document(records.rehearse(emoji_denied()))
    monkeypatch.setattr(regopy_rehearsal, "FEW_DECISIONS", 0)
    monkeypatch.setattr(regopy_rehearsal, "PAGE_ROWS", 3)

    apart = rehearsal_document(records.rehearse(emoji_denied(), engine_of=None))

    assert here == apart


def test_a_rule_that_cannot_be_run_ends_the_rehearsal_in_words(records: Records) -> None:
    """A rule that fails on every act is no rehearsal's result."""
    for _ in range(5):
        records.decide(PLAIN)
    broken = SHIPPED.modules[EMOJI].replace("limit := data", 'limit := to_number("x") + data')

    with pytest.raises(RejectError, match="cannot be rehearsed"):
        records.rehearse(proposed(emoji=broken))
