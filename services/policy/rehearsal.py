"""What a rehearsal counts: each recorded decision beside what it would be under proposed rules.

A tally takes in outcomes one by one and other tallies whole, in any order, to the same result.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import zip_longest
from typing import Final, Literal

from schemas.verdict import Decision
from services.policy.recorded import Recorded, Said, Unplayable

Change = Literal["newly_held", "newly_denied", "freed", "eased"]
CHANGES: Final[tuple[Change, ...]] = ("newly_held", "newly_denied", "freed", "eased")
"""Allowed before and held now; denied now; allowed now; denied before and held now."""

SAMPLES_MAX: Final = 200
SAMPLES_PER_CHANGE: Final = SAMPLES_MAX // len(CHANGES)
REASONS_SHOWN_MAX: Final = 5
NAMED_MAX: Final = 500
"""So many accounts, rules and days are told of by name; those beyond count as `OTHERS`."""

OTHERS: Final = "others"
WORDS_SHOWN_MAX: Final = 280


@dataclass(frozen=True, slots=True)
class Sample:
    """One decision that would be another, to be looked at.

    `words` are the beginning of the act's text, masked: for the eyes of whoever rehearses, and in
    no document that outlives an erasure.
    """

    change: Change
    verdict_id: str
    act_id: str
    account: str
    phase: str
    judged_at_ms: int
    before: Decision
    after: Decision
    rules: tuple[str, ...]
    reasons_before: tuple[Said, ...]
    reasons_after: tuple[Said, ...]
    words: str = ""

    @property
    def place(self) -> str:
        """Where its act stands among samples: by chance, but the same in whatever order."""
        return sha256(self.act_id.encode()).hexdigest()


@dataclass(slots=True)
class Tally:
    """The counts of some recorded decisions; `asked` are the questions put to an engine for them.

    `acts` are the ids of all acts, `acts_changed` of those for which a decision changed, and
    `sent_changed` of those among them that had gone out. `stirred` are decisions that stay as they
    were, for other reasons.
    """

    decisions: int = 0
    earlier: int = 0
    reread: int = 0
    asked: int = 0
    stirred: int = 0
    acts: set[str] = field(default_factory=set)
    other_acts: bool = False
    changes: Counter[Change] = field(default_factory=Counter)
    acts_changed: dict[Change, set[str]] = field(default_factory=dict)
    sent_changed: dict[Change, set[str]] = field(default_factory=dict)
    by_account: dict[str, Counter[str]] = field(default_factory=dict)
    by_rule: dict[str, Counter[str]] = field(default_factory=dict)
    by_day: dict[str, Counter[str]] = field(default_factory=dict)
    left_out: Counter[Unplayable] = field(default_factory=Counter)
    samples: dict[Change, list[Sample]] = field(default_factory=dict)

    def leave_out(self, why: Unplayable) -> None:
        """Count a decision that cannot be replayed."""
        self.left_out[why] += 1

    def take(self, recorded: Recorded, day: str) -> None:
        """Count a decision that was replayed."""
        self.decisions += 1
        self.acts.add(recorded.act_id)
        self.other_acts = self.other_acts or recorded.act_kind != "reply"
        _count(self.by_account, recorded.account, "decisions")
        _count(self.by_day, day, "decisions")

    def take_reasons(self, recorded: Recorded, after: Sequence[Said]) -> None:
        """Count whose reasons are new and whose are gone, where the decision stays."""
        before = {(each["rule"], each["severity"]) for each in recorded.reasons}
        now = {(each["rule"], each["severity"]) for each in after}
        if before == now or recorded.decision != decision_of(after):
            return
        self.stirred += 1
        for rule in {rule for rule, _ in now - before}:
            _count(self.by_rule, rule, "reasons_new")
        for rule in {rule for rule, _ in before - now}:
            _count(self.by_rule, rule, "reasons_gone")

    def take_change(self, sample: Sample, day: str, *, went_out: bool) -> None:
        """Count a decision that was replayed and would be another."""
        change = sample.change
        self.changes[change] += 1
        self.acts_changed.setdefault(change, set()).add(sample.act_id)
        if went_out:
            self.sent_changed.setdefault(change, set()).add(sample.act_id)
        _count(self.by_account, sample.account, change)
        _count(self.by_day, day, change)
        for rule in sample.rules:
            _count(self.by_rule, rule, change)
        self._keep(change, [sample])

    def merge(self, other: "Tally") -> None:
        """Count what another tally counted."""
        self.decisions += other.decisions
        self.earlier += other.earlier
        self.reread += other.reread
        self.asked += other.asked
        self.stirred += other.stirred
        self.acts |= other.acts
        self.other_acts = self.other_acts or other.other_acts
        self.changes.update(other.changes)
        self.left_out.update(other.left_out)
        for mine, theirs in (
            (self.acts_changed, other.acts_changed),
            (self.sent_changed, other.sent_changed),
        ):
            for change, acts in theirs.items():
                mine.setdefault(change, set()).update(acts)
        for counts, more in (
            (self.by_account, other.by_account),
            (self.by_rule, other.by_rule),
            (self.by_day, other.by_day),
        ):
            for name, counter in more.items():
                counts.setdefault(name, Counter()).update(counter)
        for change, samples in other.samples.items():
            self._keep(change, samples)

    def _keep(self, change: Change, samples: Iterable[Sample]) -> None:
        """Keep one sample of an act, its last: what was decided before is the same story."""
        of_acts: dict[str, Sample] = {}
        for each in sorted([*self.samples.get(change, ()), *samples], key=_moment):
            of_acts[each.act_id] = each
        kept = sorted(of_acts.values(), key=lambda each: each.place)
        self.samples[change] = kept[:SAMPLES_PER_CHANGE]


def decision_of(reasons: Iterable[Said]) -> Decision:
    """Return what settled reasons come to."""
    severities = {each["severity"] for each in reasons}
    if "deny" in severities:
        return "deny"
    return "hold" if "hold" in severities else "allow"


def change_of(before: Decision, after: Decision) -> Change | None:
    """Return what kind of change lies between two decisions, or None where there is none."""
    if before == after:
        return None
    if after == "deny":
        return "newly_denied"
    if after == "allow":
        return "freed"
    return "newly_held" if before == "allow" else "eased"


def compare(recorded: Recorded, after: Sequence[Said]) -> Sample | None:
    """Return how a decision would change under the reasons `after`, or None where it would not.

    Named are the rules that the change rests on: those that now say what decides, or that no longer
    say what did.
    """
    decision = decision_of(after)
    change = change_of(recorded.decision, decision)
    if change is None:
        return None
    if change in ("newly_held", "newly_denied"):
        rules = _deciding(after, decision)
    else:
        rules = _deciding(recorded.reasons, recorded.decision)
    return Sample(
        change=change,
        verdict_id=recorded.verdict_id,
        act_id=recorded.act_id,
        account=recorded.account,
        phase=recorded.phase,
        judged_at_ms=recorded.judged_at_ms,
        before=recorded.decision,
        after=decision,
        rules=tuple(sorted(rules)),
        reasons_before=_shown(recorded.reasons),
        reasons_after=_shown(after),
        words=recorded.text or "",
    )


def samples_of(tally: Tally) -> Iterator[Sample]:
    """Yield a tally's samples, of each kind of change in turn, so that the first ones show all."""
    kinds = [tally.samples.get(change, ()) for change in CHANGES]
    for row in zip_longest(*kinds):
        yield from (sample for sample in row if sample is not None)


def masked(sample: Sample, mask: Callable[[str], str]) -> Sample:
    """Return a sample with its words and sentences masked, and its words cut to what is shown."""
    words = mask(sample.words)
    return replace(
        sample,
        words=words if len(words) <= WORDS_SHOWN_MAX else f"{words[:WORDS_SHOWN_MAX]}…",
        reasons_before=_masked(sample.reasons_before, mask),
        reasons_after=_masked(sample.reasons_after, mask),
    )


def largest(counts: Mapping[str, Counter[str]], most: int = NAMED_MAX) -> dict[str, dict[str, int]]:
    """Return counts by name, those with the most changes, and all further ones under one name."""

    def changed(name: str) -> int:
        return sum(counts[name][change] for change in CHANGES)

    named = sorted(counts, key=lambda name: (-changed(name), name))
    told = {name: dict(sorted(counts[name].items())) for name in sorted(named[:most])}
    rest: Counter[str] = Counter()
    for name in named[most:]:
        rest.update(counts[name])
    return {**told, OTHERS: dict(sorted(rest.items()))} if rest else told


def _moment(sample: Sample) -> tuple[int, str]:
    return sample.judged_at_ms, sample.verdict_id


def _deciding(reasons: Iterable[Said], decision: Decision) -> set[str]:
    return {str(each["rule"]) for each in reasons if each["severity"] == decision}


def _shown(reasons: Sequence[Said]) -> tuple[Said, ...]:
    """Return the weightiest reasons, as far as they are shown: no parameters."""
    weight = {"deny": 0, "hold": 1, "advice": 2}
    first = sorted(reasons, key=lambda each: (weight[each["severity"]], each["rule"]))
    names = ("rule", "severity", "sentence")
    return tuple({name: each[name] for name in names} for each in first[:REASONS_SHOWN_MAX])


def _masked(reasons: tuple[Said, ...], mask: Callable[[str], str]) -> tuple[Said, ...]:
    return tuple({**each, "sentence": mask(str(each["sentence"]))} for each in reasons)


def _count(counts: dict[str, Counter[str]], name: str, what: str) -> None:
    counts.setdefault(name, Counter())[what] += 1
