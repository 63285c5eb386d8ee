"""The rules in force, watched: a new revision is verified, tried, and put in place while asked.

What is wrong with a revision is said in the log, the metrics and by `trouble`, and the rules before
it stay: half of a set, an unsigned, tampered or old one, one that no engine can be asked by.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import structlog

from services.policy.bundle import Bundle
from services.policy.counted_gate import CountedGate, Judged
from services.policy.draft_reader import DraftReader
from services.policy.gate import EngineGate
from services.policy.probe import engine_trouble
from services.policy.rule_change import change_key
from services.policy.rule_sections import Delivered
from services.policy.rule_set import RuleSet, content_digest, rule_set_of
from services.policy.rules_reached import NOTHING_KEPT, HeldGate, Reached, ReachedKeeper, behind
from services.policy.shadow import Counted, Shadow
from services.policy.signed_rules import (
    IN_FORCE,
    RulesKey,
    content_key,
    revision_key,
    verified_rules,
)
from services.policy.standing import StandingRules
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, RetryLaterError, SettingsError
from services.runtime.gate import Engine, Gate
from services.runtime.ports import Store
from services.runtime.repeated_work import RepeatedWork

LOOK_SECONDS: Final = 1.0
TRIES_MAX: Final = 100
TRY_SECONDS: Final = 0.2
GRACE_LOOKS: Final = 60
"""So many looks after it was replaced an engine is closed: no question takes that long."""
OLDER_MAX: Final = 5

log = structlog.get_logger(__name__)


class Told(Protocol):
    """Where the number in force here, and each revision that was refused, are counted."""

    def in_force(self, number: int, rules: Iterable[str] = ()) -> None:
        """Take in which number is asked now, and which rules it has."""
        ...

    def refused(self) -> None:
        """Count a revision that was refused."""
        ...

    def judged(self, told: Judged) -> None:
        """Count a verdict."""
        ...


class Trials(Protocol):
    """What becomes of a change that is tried beside the rules in force."""

    def engine_of(self, bundle: Bundle) -> Engine:
        """Return an engine of this process for the rules tried, whatever asks those in force."""
        ...

    def keep(self, change_id: str, counted: Counted) -> None:
        """Keep what this process has counted. Raises RetryLaterError."""
        ...

    def end(self, change_id: str) -> None:
        """Put the change in force if its time is over. Raises RetryLaterError."""
        ...


def unrecorded(number: int, rule_set: RuleSet) -> None:
    """Put nothing on record."""
    del number, rule_set


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesParts:
    """What rules in force are made with.

    `engine_of` gives an engine that has a bundle loaded, or will have. `waits` says that the engine
    is another's, which takes its rules when it does: until then the rules before are asked.
    `kept` is how far the rules have come: what is behind that is asked by nobody. `delivered`
    fills what rules of an earlier Mercat lack; `recorded` keeps those before they are asked.
    """

    store: Store
    key: RulesKey
    engine_of: Callable[[Bundle], Engine]
    reader_of: Callable[[Bundle], DraftReader]
    told: Told
    trials: Trials
    elapsed_seconds: Callable[[], float]
    waits: bool = False
    kept: ReachedKeeper = NOTHING_KEPT
    delivered: Delivered = field(default_factory=dict)
    recorded: Callable[[int, RuleSet], None] = unrecorded


@dataclass(frozen=True, slots=True)
class _Ready:
    """A verified set with its engine and reader."""

    number: int
    rule_set: RuleSet
    engine: Engine
    standing: StandingRules


class RulesInForce:
    """The rules in force, as `now` gives them to each question; `look` takes in what changed.

    Any number of threads may ask. `start` looks every second until `stop`.
    """

    def __init__(self, parts: RulesParts) -> None:
        """Take up the rules in force. Raises SettingsError where none of those kept can be used."""
        self._parts = parts
        self._turn = threading.Lock()
        self._passed_over: tuple[object, object] | None = None
        self._candidate: _Ready | None = None
        self._retired: list[tuple[int, Engine]] = []
        self._looks = 0
        self._shadow: Shadow | None = None
        self._untried: object = None
        self.trouble: str | None = None
        self._read: tuple[Mapping[str, Any], DraftReader] | None = None
        self._held: str | None = None
        self._begun = False
        self._ready = self._first()
        self._begin_with(self._ready)
        self._begun = True
        parts.told.in_force(self._ready.number, self.bundle.manifest)
        self._watch = RepeatedWork("rules", self._look_again, LOOK_SECONDS)

    def now(self) -> StandingRules:
        """Return the rules in force here, with those that are tried beside them."""
        standing, shadow = self._ready.standing, self._shadow
        return standing if shadow is None else replace(standing, trial=shadow)

    @property
    def rule_set(self) -> RuleSet:
        """The set in force here, with its tests and comments."""
        return self._ready.rule_set

    @property
    def bundle(self) -> Bundle:
        """What engines are given of it."""
        return self._ready.rule_set.bundle

    @property
    def number(self) -> int:
        """Its number."""
        return self._ready.number

    def can_be_asked(self) -> bool:
        """Ask the engine something harmless; return whether it answers by the rules in force."""
        ready = self._ready
        bundle, reader = ready.rule_set.bundle, ready.standing.reader
        return self._held is None and engine_trouble(ready.engine, bundle, reader) is None

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended the watch, if one did."""
        return self._watch.crashed_with

    def start(self) -> None:
        """Begin to look for new rules."""
        self._watch.start()

    def close(self) -> None:
        """Look no more, and close every engine."""
        self._watch.stop()
        with self._turn:
            engines = [self._ready.engine, *(engine for _, engine in self._retired)]
            if self._candidate is not None:
                engines.append(self._candidate.engine)
            self._retired, self._candidate = [], None
            shadow, self._shadow = self._shadow, None
        if shadow is not None:
            shadow.close()
        for engine in engines:
            engine.close()

    def look(self) -> None:
        """Take in what is in force now; whatever is wrong with it, the rules before stay.

        Raises RetryLaterError where the store cannot be read now.
        """
        with self._turn:
            self._looks += 1
            self._close_retired()
            row = self._parts.store.fetch([IN_FORCE])[IN_FORCE]
            self._look_at_trial(None if row is None else row["shadow_change_id"])
            if row is None or row["number"] == self._ready.number:
                self._drop_candidate()
                self.trouble = self._held
                return
            mark = (row["number"], row["version"])
            if mark != self._passed_over:
                self._take(row, mark)

    def _look_again(self) -> None:
        try:
            self.look()
        except RetryLaterError as error:
            log.warning("rules were not looked at", reason=str(error))

    def _look_at_trial(self, change_id: object) -> None:
        """Try the change that is to be tried, and no other; count, and end it when it is time."""
        shadow = self._shadow
        if shadow is not None:
            self._parts.trials.keep(shadow.change_id, shadow.counted)
            if shadow.change_id != change_id:
                self._shadow = None
                shadow.close()
        if isinstance(change_id, str):
            if self._shadow is None and change_id != self._untried:
                self._shadow = self._tried_beside(change_id)
                self._untried = None if self._shadow is not None else change_id
            self._parts.trials.end(change_id)

    def _tried_beside(self, change_id: str) -> Shadow | None:
        change = self._row(change_key(change_id))
        content = None if change is None else self._row(content_key(str(change["content_id"])))
        kept = None if content is None else content["content"]
        try:
            bundle = self._content_to_try(kept, None if change is None else change["content_id"])
        except SettingsError as error:
            log.error("a change is not tried", change=change_id, reason=str(error))
            return None
        engine = self._parts.trials.engine_of(bundle)
        reader = self._reader(bundle)
        standing = StandingRules(EngineGate(engine, bundle), reader, self._ready.number, bundle)
        return Shadow(change_id, standing, engine.close)

    def _content_to_try(self, kept: object, content_id: object) -> Bundle:
        if not isinstance(kept, bytes) or content_digest(kept) != content_id:
            raise SettingsError("its content is not kept as it was proposed")
        return rule_set_of(kept, self._parts.delivered).bundle

    def _take(self, row: Row, mark: tuple[object, object]) -> None:
        number = row["number"]
        if self._candidate is not None and self._candidate.number != number:
            self._drop_candidate()
        try:
            ready = self._candidate or self._loaded(row, self._ready.number)
        except (InputInvalidError, SettingsError) as error:
            self._refuse(mark, str(error))
            return
        self._candidate = ready
        why = self._tried(ready)
        if why is None:
            self._swap(ready)
        elif self._parts.waits:
            self._wait(number, why)
        else:
            self._drop_candidate()
            self._refuse(mark, f"its engine cannot be asked: {why}")

    def _begin_with(self, ready: _Ready) -> None:
        """Take up the first rules; those behind others that were in force hold every act."""
        revision = ready.rule_set.revision_written
        why = behind(self._parts.kept.read(), ready.number, revision)
        if why is None:
            self._record(ready)
            self._parts.kept.keep(Reached(ready.number, revision))
            return
        gate = self._counted(HeldGate(why, ready.rule_set.bundle.revision), ready.number)
        self._ready = replace(ready, standing=replace(ready.standing, gate=gate))
        self._held = self.trouble = f"nothing is sent: {why}"
        self._parts.told.refused()
        log.error("rules are behind", number=ready.number, reason=why)

    def _record(self, ready: _Ready) -> None:
        """Put on record what is asked of rules that are kept without it, and say so."""
        if ready.rule_set.filled:
            self._parts.recorded(ready.number, ready.rule_set)
            log.warning("rules filled", number=ready.number, filled=ready.rule_set.filled)

    def _swap(self, ready: _Ready) -> None:
        self._record(ready)
        self._retired.append((self._looks + GRACE_LOOKS, self._ready.engine))
        self._ready, self._candidate, self.trouble, self._held = ready, None, None, None
        self._parts.told.in_force(ready.number, ready.rule_set.bundle.manifest)
        revision = ready.rule_set.revision_written
        self._parts.kept.keep(Reached(ready.number, revision))
        log.info("rules in force", number=ready.number, revision=revision)

    def _refuse(self, mark: tuple[object, object], why: str) -> None:
        self._passed_over = mark
        self.trouble = (
            f"rules number {mark[0]} are refused ({why}); number {self._ready.number} stays in "
            "force here. Roll back, or put sound rules in force"
        )
        self._parts.told.refused()
        log.error("rules refused", number=mark[0], kept=self._ready.number, reason=why)

    def _wait(self, number: object, why: str) -> None:
        said = f"rules number {number} are not asked here yet ({why})"
        if said != self.trouble:
            log.warning("rules wait", number=number, kept=self._ready.number, reason=why)
        self.trouble = said

    def _tried(self, ready: _Ready) -> str | None:
        """Return why an engine cannot be asked; one of ours is given time to start."""
        bundle, reader = ready.rule_set.bundle, ready.standing.reader
        why = engine_trouble(ready.engine, bundle, reader)
        for _ in range(0 if self._parts.waits else TRIES_MAX):
            if why is None or self._watch.stopping:
                break
            self._watch.wait(TRY_SECONDS)
            why = engine_trouble(ready.engine, bundle, reader)
        return why

    def _first(self) -> _Ready:
        """Return the rules to begin with: those in force, or the last sound ones before them."""
        store = self._parts.store
        row = store.fetch([IN_FORCE])[IN_FORCE]
        last = store.select("rule_revision_last")
        if row is None or not last:
            raise SettingsError("no rules are in force yet; they come with the first `mercat run`")
        number = int(str(last[0]["number"]))
        older = store.select("rule_revisions_before", (number, OLDER_MAX))
        tried: Sequence[Row] = [row, *older] if row["number"] == number else [row, *last, *older]
        for each in tried:
            after = number - 1 if each is row else 0
            try:
                ready = self._loaded(each, after)
            except InputInvalidError as error:
                log.error("rules refused", number=each["number"], reason=str(error))
                self._parts.told.refused()
                self._passed_over = (row["number"], row["version"])
                self.trouble = f"rules number {each['number']!r} are refused ({error})"
                continue
            return ready
        raise SettingsError(f"{self.trouble}, and so are those before; bring a backup back")

    def _loaded(self, row: Row, after: int) -> _Ready:
        number = int(str(row["number"]))
        place = revision_key(number)
        signed = self._row(place)
        content = None if signed is None else self._row(content_key(str(signed["content_id"])))
        rule_set = verified_rules(signed, content, self._parts.key, after, self._parts.delivered)
        bundle, revision = rule_set.bundle, rule_set.revision_written
        if revision != row["revision"]:
            raise InputInvalidError("another revision is said to be in force than was signed")
        why = behind(self._parts.kept.read(), number, revision)
        if why is not None and self._begun:
            raise InputInvalidError(why)
        engine = self._parts.engine_of(bundle)
        standing = StandingRules(
            gate=self._counted(EngineGate(engine, bundle), number),
            reader=self._reader(bundle),
            number=number,
            bundle=bundle,
        )
        return _Ready(number, rule_set, engine, standing)

    def _counted(self, gate: Gate, number: int) -> Gate:
        return CountedGate(gate, number, self._parts.told, self._parts.elapsed_seconds)

    def _reader(self, bundle: Bundle) -> DraftReader:
        """Return a reader of drafts: the last one made where the data are the same."""
        if self._read is None or self._read[0] != bundle.data:
            self._read = (bundle.data, self._parts.reader_of(bundle))
        return self._read[1]

    def _row(self, key: Key) -> Row | None:
        return self._parts.store.fetch([key])[key]

    def _close_retired(self) -> None:
        due = [engine for until, engine in self._retired if until <= self._looks]
        self._retired = [each for each in self._retired if each[0] > self._looks]
        for engine in due:
            engine.close()

    def _drop_candidate(self) -> None:
        if self._candidate is not None:
            self._candidate.engine.close()
            self._candidate = None
