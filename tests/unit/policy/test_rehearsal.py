"""What a rehearsal counts: changes by kind, account, rule and day, and samples of them."""

from collections import Counter
from typing import Any

import pytest

from schemas.verdict import Decision
from services.policy.recorded import Recorded, recorded_of
from services.policy.rehearsal import (
    NAMED_MAX,
    OTHERS,
    SAMPLES_MAX,
    SAMPLES_PER_CHANGE,
    Tally,
    change_of,
    compare,
    decision_of,
    largest,
    masked,
    samples_of,
)
from tests.unit.policy.rehearsals import ANGER, EMOJI, entry, reason

DAY = "2025-11-26"


def _recorded(*reasons: dict[str, Any], **values: Any) -> Recorded:
    found = recorded_of(entry(*reasons, **values))
    assert isinstance(found, Recorded)
    return found


def _counted(numbers: range, *after: dict[str, Any]) -> Tally:
    tally = Tally()
    for number in numbers:
        recorded = _recorded(number=number)
        tally.take(recorded, DAY)
        tally.take_reasons(recorded, after)
        sample = compare(recorded, after)
        if sample is not None:
            tally.take_change(sample, DAY, went_out=True)
    return tally


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("allow", "allow", None),
        ("deny", "deny", None),
        ("allow", "hold", "newly_held"),
        ("allow", "deny", "newly_denied"),
        ("hold", "deny", "newly_denied"),
        ("hold", "allow", "freed"),
        ("deny", "allow", "freed"),
        ("deny", "hold", "eased"),
    ],
)
def test_a_change_is_of_one_kind(before: Decision, after: Decision, change: str | None) -> None:
    """Each pair of decisions has its kind, and the same one is no change."""
    assert change == change_of(before, after)


def test_reasons_come_to_a_decision_by_the_weightiest() -> None:
    """A deny counts before a hold, and advice stops nothing."""
    held, denied, advised = (reason(severity=each) for each in ("hold", "deny", "advice"))

    assert ["allow", "hold", "deny"] == [
        decision_of(each) for each in ([advised], [advised, held], [held, denied])
    ]


def test_the_same_decision_for_other_reasons_is_no_change() -> None:
    """What waits for the same reason or another waits all the same."""
    assert compare(_recorded(reason(ANGER)), [reason(EMOJI)]) is None


def test_what_stops_now_is_named() -> None:
    """A rule that had not spoken is what the change rests on; those that had are not."""
    sample = compare(_recorded(reason(ANGER)), [reason(ANGER), reason(EMOJI, "deny")])

    assert sample is not None
    assert ("newly_denied", (EMOJI,)) == (sample.change, sample.rules)


def test_a_rule_that_denies_what_it_held_is_named() -> None:
    """A change rests on a rule that spoke before too, where it says more now."""
    sample = compare(_recorded(reason(ANGER)), [reason(ANGER, "deny")])

    assert sample is not None
    assert ("newly_denied", (ANGER,)) == (sample.change, sample.rules)


def test_what_stops_no_longer_is_named() -> None:
    """An act that is freed was held by rules that are silent now."""
    sample = compare(_recorded(reason(ANGER), reason(EMOJI)), [])

    assert sample is not None
    assert ("freed", (ANGER, EMOJI)) == (sample.change, sample.rules)


def test_a_sample_shows_sentences_and_no_parameters() -> None:
    """Parameters may hold what the sentence leaves out."""
    said = reason(parameters={"word": "secret"})
    sample = compare(_recorded(), [said])

    assert sample is not None
    shown = {"rule": ANGER, "severity": "hold", "sentence": said["sentence"]}
    assert (shown,) == sample.reasons_after


def test_words_are_masked_before_they_are_cut() -> None:
    """Half a number that was cut off would not be found, and would be shown."""
    text = f"{'x' * 275} 07700 900123"
    sample = compare(_recorded(payload={"text": text}), [reason()])
    assert sample is not None

    shown = masked(sample, lambda words: words.replace("07700 900123", "[phone]"))

    assert f"{'x' * 275} [pho…" == shown.words


def test_sentences_are_masked() -> None:
    """A rule that repeats what it found is not repeated here."""
    sample = compare(_recorded(), [reason(sentence="Not 07700 900123.")])
    assert sample is not None

    shown = masked(sample, lambda words: words.replace("07700 900123", "[phone]"))

    assert "Not [phone]." == shown.reasons_after[0]["sentence"]


def test_tallies_merge_to_the_same_in_any_order() -> None:
    """However work was shared out, the result is one."""
    first, second = _counted(range(100), reason()), _counted(range(100, 300), reason())
    one, other = Tally(), Tally()

    for part in (first, second):
        one.merge(part)
    for part in (second, first):
        other.merge(part)

    assert one == other == _counted(range(300), reason())


def test_samples_are_bounded_for_each_kind_of_change() -> None:
    """One kind of many changes leaves room for the others."""
    tally = _counted(range(500), reason())
    tally.merge(_counted(range(500, 510), reason(severity="deny")))

    found = Counter(sample.change for sample in samples_of(tally))

    assert {"newly_held": SAMPLES_PER_CHANGE, "newly_denied": 10} == found
    assert sum(found.values()) <= SAMPLES_MAX


def test_the_first_samples_show_every_kind() -> None:
    """Who looks at few sees all kinds."""
    tally = _counted(range(50), reason())
    tally.merge(_counted(range(50, 60), reason(severity="deny")))

    assert {"newly_held", "newly_denied"} == {each.change for each in [*samples_of(tally)][:2]}


def test_an_act_that_was_judged_often_counts_once_among_acts() -> None:
    """Decisions are counted apart from the acts they are about."""
    tally = Tally()
    for _ in range(3):
        tally.merge(_counted(range(1), reason()))

    assert (3, 3, 1, 1) == (
        tally.decisions,
        tally.changes["newly_held"],
        len(tally.acts),
        len(tally.sent_changed["newly_held"]),
    )


def test_a_rule_that_says_the_same_with_less_weight_has_another_reason() -> None:
    """What was a hold and is advice is told, as is a rule that speaks no more."""
    tally = Tally()
    recorded = _recorded(reason(ANGER), reason(EMOJI))

    tally.take_reasons(recorded, [reason(ANGER, "advice"), reason("x/y")])

    assert 1 == tally.stirred
    assert {
        ANGER: Counter(reasons_new=1, reasons_gone=1),
        EMOJI: Counter(reasons_gone=1),
        "x/y": Counter(reasons_new=1),
    } == tally.by_rule


def test_an_act_has_one_sample_of_its_last_decision() -> None:
    """Who looks at ten samples sees ten acts."""
    tally = Tally()
    for at_ms in (2, 3, 1):
        sample = compare(_recorded(at_ms=at_ms), [reason()])
        assert sample is not None
        tally.take_change(sample, DAY, went_out=False)

    assert [3] == [sample.judged_at_ms for sample in samples_of(tally)]


def test_names_are_bounded_and_those_beyond_are_counted_together() -> None:
    """No list grows with what was recorded, and no count is lost."""
    counts = {f"rule-{number}": Counter(freed=1) for number in range(NAMED_MAX + 7)}

    told = largest(counts)

    assert NAMED_MAX + 1 == len(told)
    assert {"freed": 7} == told[OTHERS]
