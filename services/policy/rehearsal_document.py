"""A rehearsal as a document: bounded JSON that a proposal is bound to by its digest, and sentences.

No word of any act is in it: it stays with a proposal for good, and an erasure must not have to
look for words there. Act ids lead to them, for whoever may see them, as long as they are kept.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from services.policy.recorded import Unplayable
from services.policy.rehearsal import CHANGES, Change, Sample, Tally, largest
from services.policy.rehearsal_plan import Plan
from services.runtime.clock import from_epoch_ms
from services.runtime.counting import counted

FORMAT: Final = "mercat-rehearsal-1"
DOCUMENT_BYTES_MAX: Final = 150_000
"""A document that would be longer has fewer samples."""
RULES_SAID_MAX: Final = 8

_DAY: Final = timedelta(days=1)

SAID_OF: Final[Mapping[Change, str]] = {
    "newly_held": "newly held",
    "newly_denied": "newly denied",
    "freed": "freed",
    "eased": "held instead of denied",
}
_WOULD: Final[Mapping[Change, str]] = {
    "newly_held": "would have been held that went through",
    "newly_denied": "would have been denied that were not",
    "freed": "would have gone through that were held or denied",
    "eased": "would have been held that were denied",
}
_LEFT_OUT: Final[Mapping[Unplayable, str]] = {
    "erased": "their words were erased or are past their time",
    "too_long": "their words were too long to be kept whole with the decision",
    "unjudged": "the rules could not be asked of them then either",
    "unreadable": "they were not written down as decisions are now",
    "not_asked": "the proposed rules gave no answer on them that counts",
}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was rehearsed and what came of it; `samples` are the tally's, masked."""

    before: str
    after: str
    since: datetime
    until: datetime
    plan: Plan
    kept: int
    tally: Tally
    samples: tuple[Sample, ...]

    @property
    def days(self) -> int:
        """How many days it reaches back, begun ones counted."""
        return -((self.since - self.until) // _DAY)


def rehearsal_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """Return a rehearsal as plain JSON, its sentences in it."""
    tally, plan = rehearsal.tally, rehearsal.plan
    return {
        "format": FORMAT,
        "before": rehearsal.before,
        "after": rehearsal.after,
        "since": rehearsal.since.isoformat(timespec="seconds"),
        "until": rehearsal.until.isoformat(timespec="seconds"),
        "summary": list(summary(rehearsal)),
        "rules_asked": list(plan.run),
        "rules_asked_where_words_read_otherwise": sorted({*plan.read} - {*plan.run}),
        "rules_gone": list(plan.gone),
        "rules_kept": rehearsal.kept,
        "lists_changed": list(plan.lists),
        "figures_counted_before": list(plan.recounted),
        "decisions": tally.decisions,
        "decisions_by_other_rules": tally.earlier,
        "decisions_for_other_reasons": tally.stirred,
        "acts": len(tally.acts),
        "changes": {
            change: {
                "decisions": tally.changes[change],
                "acts": len(tally.acts_changed.get(change, ())),
                "went_out": len(tally.sent_changed.get(change, ())),
            }
            for change in CHANGES
        },
        "by_account": largest(tally.by_account),
        "by_rule": largest(tally.by_rule),
        "by_day": largest(tally.by_day),
        "left_out": dict(sorted(tally.left_out.items())),
        "samples": [_sample_json(each) for each in rehearsal.samples],
    }


def rehearsal_document(rehearsal: Rehearsal) -> bytes:
    """Return a rehearsal as canonical JSON, within its bound: sorted keys, ASCII, no spaces."""
    document = _canonical(rehearsal)
    while len(document) > DOCUMENT_BYTES_MAX and rehearsal.samples:
        fewer = rehearsal.samples[: len(rehearsal.samples) * 3 // 4]
        rehearsal = replace(rehearsal, samples=fewer)
        document = _canonical(rehearsal)
    return document


def rehearsal_digest(document: bytes) -> str:
    """Return what a rehearsal is known by: SHA-256 of its document, in hexadecimal."""
    return sha256(document).hexdigest()


def summary(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield in plain sentences what the proposed rules would have done."""
    tally = rehearsal.tally
    what = ("act", "acts") if tally.other_acts else ("reply", "replies")
    total = counted(len(tally.acts), *what)
    span = counted(rehearsal.days, "day")
    if not tally.decisions:
        yield f"Nothing that was decided in the last {span} can be rehearsed."
    elif not tally.changes:
        yield f"Of {total} of the last {span}, none would have been decided otherwise."
    else:
        parts = [_part(tally, change) for change in CHANGES if tally.changes[change]]
        yield f"Of {total} of the last {span}, {'; '.join(parts)}."
    for change in CHANGES:
        rules = _rules(tally, change)
        if rules:
            yield f"{SAID_OF[change].capitalize()} by decision: {rules}."
    if tally.stirred:
        yield f"{_stayed(tally)}: {_reasons(tally)}."
    yield from _reservations(rehearsal)


def _canonical(rehearsal: Rehearsal) -> bytes:
    written = json.dumps(
        rehearsal_json(rehearsal),
        sort_keys=True,
        ensure_ascii=True,
        allow_nan=False,
        separators=(",", ":"),
    )
    return written.encode("ascii")


def _part(tally: Tally, change: Change) -> str:
    acts = len(tally.acts_changed.get(change, ()))
    sent = len(tally.sent_changed.get(change, ()))
    if change in ("newly_held", "newly_denied") and sent:
        done = "held" if change == "newly_held" else "denied"
        rest = f" ({acts:,} in all)" if acts > sent else ""
        return f"{sent:,} would have been {done} that went out{rest}"
    return f"{acts:,} {_WOULD[change]}"


def _stayed(tally: Tally) -> str:
    were = counted(tally.stirred, "decision would have stayed", "decisions would have stayed")
    return f"{were} the same for other reasons"


def _reasons(tally: Tally) -> str:
    new, gone = _rules(tally, "reasons_new"), _rules(tally, "reasons_gone")
    return "; ".join([f"new {new}"] * bool(new) + [f"gone {gone}"] * bool(gone))


def _rules(tally: Tally, what: str) -> str:
    """Return the rules that something is counted of, most first, the first few."""
    found = sorted(
        ((counts[what], rule) for rule, counts in tally.by_rule.items() if counts[what]),
        key=lambda each: (-each[0], each[1]),
    )
    named = [f"{rule} {count:,}" for count, rule in found[:RULES_SAID_MAX]]
    more = len(found) - RULES_SAID_MAX
    return ", ".join([*named, f"and {more} more"] if more > 0 else named)


def _reservations(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield what the figures leave out, and what they do not show."""
    tally, plan = rehearsal.tally, rehearsal.plan
    for why, count in sorted(tally.left_out.items()):
        yield f"{counted(count, 'decision')} left out: {_LEFT_OUT[why]}."
    if tally.earlier:
        yield (
            f"{counted(tally.earlier, 'decision was', 'decisions were')} made by other rules than "
            "those in force now, so what changed since then shows here too."
        )
    if plan.recounted:
        yield (
            f"Counts stand as they were recorded, though {', '.join(plan.recounted)} changed: how "
            "much was said, by whom and when is not counted again."
        )


def _sample_json(sample: Sample) -> dict[str, Any]:
    return {
        "change": sample.change,
        "act_id": sample.act_id,
        "verdict_id": sample.verdict_id,
        "account": sample.account,
        "phase": sample.phase,
        "judged_at": from_epoch_ms(sample.judged_at_ms).isoformat(timespec="seconds"),
        "before": sample.before,
        "after": sample.after,
        "rules": list(sample.rules),
        "reasons_before": [dict(each) for each in sample.reasons_before],
        "reasons_after": [dict(each) for each in sample.reasons_after],
    }
