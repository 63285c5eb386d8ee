"""Judges recorded decisions by proposed rules: what changed is asked, what did not is kept.

Words are read anew only where lists changed, once with the lists of then and once with those
proposed. What differs between the two readings is put in place of what was recorded, so that a
count says what the change does, and nothing else that has changed since.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final, NamedTuple

from services.policy.answers import read_answer
from services.policy.bundle import Bundle
from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.fact_shape import checked_facts
from services.policy.judging import PLATFORMS
from services.policy.recorded import Entry, Recorded, Said, recorded_of
from services.policy.rehearsal import Tally, compare
from services.policy.rehearsal_plan import Place, Plan, facts_read, only_read, part_of, plan_of
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import EngineUnavailableError, InputInvalidError, RejectError
from services.runtime.gate import Engine, Facts

READINGS_KEPT_MAX: Final = 2_000
ANSWERS_KEPT_MAX: Final = 5_000
ASKED_CHARACTERS_KEPT_MAX: Final = 1_000
"""Answers to longer questions are not kept: they are hardly ever asked twice."""

ENGINES_MAX: Final = 4
FAILURES_MAX: Final = 5
"""So many acts that an engine could not be asked of end a rehearsal."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What is rehearsed: the rules in force, those proposed, and others that judged in between.

    `earlier` are bundles by their revision; `own`, `languages` and `zone` are the body's.
    """

    before: Bundle
    after: Bundle
    earlier: Mapping[str, Bundle]
    own: OwnContacts
    languages: tuple[str, ...]
    zone: tzinfo


class _Readers(NamedTuple):
    before: DraftReader | None
    after: DraftReader


class _Asked(NamedTuple):
    """An engine with a part of the rules loaded, and the places of the facts that those read.

    `answers` are those given lately, by what was asked: rules have no clock and no chance, so the
    same question has the same answer.
    """

    engine: Engine
    part: Bundle
    places: frozenset[Place]
    answers: OrderedDict[str, object]


class Rehearser:
    """Replays decisions on engines of its own, which end when it is closed.

    `engine_of` makes an engine of a bundle: a few are made at most, each at its first question.
    """

    def __init__(self, rehearsed: Rehearsed, engine_of: Callable[[Bundle], Engine]) -> None:
        self._rehearsed = rehearsed
        self._engine_of = engine_of
        self._after: DraftReader | None = None
        self._plans: dict[str, Plan] = {}
        self._readers: dict[str, _Readers] = {}
        self._readings: OrderedDict[tuple[object, ...], Mapping[str, Any]] = OrderedDict()
        self._engines: dict[tuple[str, ...], _Asked] = {}
        self._failures = 0

    def close(self) -> None:
        """End the engines."""
        for asked in self._engines.values():
            asked.engine.close()
        self._engines.clear()

    def replay(self, entries: Sequence[Entry]) -> Tally:
        """Return the tally of some entries.

        Raises RejectError where the proposed rules cannot be asked, time after time.
        """
        tally = Tally()
        for entry in entries:
            recorded = recorded_of(entry)
            if isinstance(recorded, str):
                tally.leave_out(recorded)
            else:
                self._replay(recorded, tally)
        return tally

    def _replay(self, recorded: Recorded, tally: Tally) -> None:
        plan = self._plan(recorded.revision)
        found = self._findings(recorded) if plan.lists else None
        if plan.lists and found is None:
            tally.leave_out("too_long")
            return
        rules = plan.read if found else plan.run
        facts = {**recorded.facts, "findings": _laid_over(recorded.facts["findings"], found or {})}
        said = self._asked(rules, facts, tally) if rules else ()
        if said is None:
            tally.leave_out("not_asked")
            return
        left = {*rules, *plan.gone}
        kept = [each for each in recorded.reasons if each["rule"] not in left]
        day = from_epoch_ms(recorded.judged_at_ms).astimezone(self._rehearsed.zone).date()
        tally.take(recorded, day.isoformat())
        tally.earlier += recorded.revision != self._rehearsed.before.revision
        tally.reread += bool(found)
        after = [*kept, *said]
        tally.take_reasons(recorded, after)
        sample = compare(recorded, after)
        if sample is not None:
            tally.take_change(sample, day.isoformat(), went_out=recorded.went_out)

    def _plan(self, revision: str) -> Plan:
        if revision not in self._plans:
            self._plans[revision] = plan_of(self._known(revision), self._rehearsed.after)
        return self._plans[revision]

    def _known(self, revision: str) -> Bundle | None:
        before = self._rehearsed.before
        return before if revision == before.revision else self._rehearsed.earlier.get(revision)

    def _findings(self, recorded: Recorded) -> Mapping[str, Any] | None:
        """Return what is found otherwise in an act's words, or None where they are not there."""
        if recorded.text is None or recorded.platform not in PLATFORMS:
            return None
        readers = self._reading(recorded.revision)
        after = self._read(readers.after, recorded)
        if after == recorded.facts["findings"]:
            return {}
        if readers.before is None:
            return after
        return _apart(self._read(readers.before, recorded), after)

    def _read(self, reader: DraftReader, recorded: Recorded) -> Mapping[str, Any]:
        """Return what a reader finds; an act that was judged again has the same words as a rule."""
        setting, alts = recorded.setting, tuple(recorded.alts)
        key = (id(reader), recorded.platform, recorded.text, alts, setting)
        found = self._readings.get(key)
        if found is None:
            found = reader.findings_of(recorded.text or "", alts, recorded.platform, setting)
            self._readings[key] = found
            if len(self._readings) > READINGS_KEPT_MAX:
                self._readings.popitem(last=False)
        return found

    def _reading(self, revision: str) -> _Readers:
        if revision not in self._readers:
            before = self._known(revision)
            self._after = self._after or self._reader(self._rehearsed.after)
            reader = self._reader(before) if before else None
            self._readers[revision] = _Readers(reader, self._after)
        return self._readers[revision]

    def _reader(self, bundle: Bundle) -> DraftReader:
        rehearsed = self._rehearsed
        return DraftReader(rehearsed.own, rehearsed.languages, PLATFORMS, bundle.lists)

    def _asked(self, rules: tuple[str, ...], facts: Facts, tally: Tally) -> Sequence[Said] | None:
        """Return what some rules say of facts now, or None where they cannot be asked of them."""
        try:
            plain, shape = checked_facts(facts)
        except InputInvalidError:
            return None
        asked = self._engine(rules)
        try:
            answer = _answer_to(asked, only_read(plain, asked.places), tally)
            verdict = read_answer(answer, asked.part, shape)
        except EngineUnavailableError as error:
            self._count_failure(str(error))
            return None
        if verdict.failure is not None:
            self._count_failure(verdict.failure)
            return None
        return [reason.model_dump(mode="json") for reason in verdict.reasons]

    def _count_failure(self, why: str) -> None:
        self._failures += 1
        if self._failures >= FAILURES_MAX:
            raise RejectError(
                f"The proposed rules cannot be rehearsed: of {FAILURES_MAX} acts they gave no "
                f"answer that counts ({why.rstrip('.')}). Try them with `mercat policy test`."
            )

    def _engine(self, rules: tuple[str, ...]) -> _Asked:
        if rules not in self._engines and len(self._engines) >= ENGINES_MAX:
            oldest = next(iter(self._engines))
            self._engines.pop(oldest).engine.close()
        if rules not in self._engines:
            part = part_of(self._rehearsed.after, rules)
            places = [facts_read(source) for source in part.modules.values()]
            read = frozenset[Place]().union(*places)
            self._engines[rules] = _Asked(self._engine_of(part), part, read, OrderedDict())
        return self._engines[rules]


def _answer_to(asked: _Asked, facts: Facts, tally: Tally) -> object:
    question = json.dumps(facts, sort_keys=True)
    if question in asked.answers:
        asked.answers.move_to_end(question)
        return asked.answers[question]
    tally.asked += 1
    answer = _answer(asked.engine, facts)
    if len(question) <= ASKED_CHARACTERS_KEPT_MAX:
        asked.answers[question] = answer
        if len(asked.answers) > ANSWERS_KEPT_MAX:
            asked.answers.popitem(last=False)
    return answer


def _answer(engine: Engine, facts: Facts) -> object:
    try:
        return engine.evaluate(facts)
    except EngineUnavailableError:
        # What ended an engine once does not as a rule end the next one.
        return engine.evaluate(facts)


def _apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what `after` has otherwise than `before`, within objects name by name."""
    found: dict[str, Any] = {}
    for name, value in after.items():
        if name in before and before[name] == value:
            continue
        if isinstance(value, Mapping) and isinstance(before.get(name), Mapping):
            gone = {each: None for each in before[name] if each not in value}
            found[name] = {**_apart(before[name], value), **gone}
        else:
            found[name] = value
    return found


def _laid_over(recorded: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return recorded findings with what is found otherwise now in its place."""
    laid = dict(recorded)
    for name, value in found.items():
        if isinstance(value, Mapping) and isinstance(laid.get(name), Mapping):
            inner = {**laid[name], **value}
            laid[name] = {each: count for each, count in inner.items() if count is not None}
        else:
            laid[name] = value
    return laid
