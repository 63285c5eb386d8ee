"""The decisions that rehearsals are measured on: replayed whole, and some of them changed."""

from pathlib import Path

from bench.recorded_acts import recorded
from bench.rehearsal import replayed, rule_changed, words_changed


def test_what_is_measured_is_a_rehearsal_of_all(tmp_path: Path) -> None:
    """No decision is left out, the changed rule is asked, and every fifth is eased."""
    with recorded(tmp_path, 60) as (journal, sealer):
        by_rule = replayed(journal.store, sealer, rule_changed(), 60).tally
        by_words = replayed(journal.store, sealer, words_changed(), 60).tally

    assert (60, 2, {}) == (by_rule.decisions, by_rule.asked, by_rule.left_out)
    assert {"eased": 12} == by_rule.changes
    assert (60, 0, {}) == (by_words.decisions, by_words.asked, by_words.changes)
