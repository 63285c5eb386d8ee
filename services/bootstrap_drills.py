"""Drills wired onto a demonstration that runs: begun and ended by command, and on record."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from services.bootstrap import Embedded
from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.console.parts import Commands, PartStatus
from services.runtime.actor import PROGRAM, Actor
from services.runtime.audit_entry import BODY_SUBJECT, HOUSE_CHAIN, AuditNote
from services.runtime.clock import to_epoch_ms
from services.runtime.drill import (
    DEAD_LETTERS,
    LETTERS_COUNT,
    MINUTES_USUAL,
    Drill,
)
from services.runtime.effects import Key, Reject, Row
from services.runtime.errors import RejectError, RetryLaterError
from services.runtime.patient_work import PatientWork
from services.runtime.ports import Commit, Lane
from services.runtime.step import Intake

ORIGIN: Final = "source:drill"
BEGIN: Final = "drill-begin"
END: Final = "drill-end"
SHOW: Final = "drill-show"
LOOK_SECONDS: Final = 1.0
LETTERS_MAX: Final = 500

log = structlog.get_logger(__name__)


class BeginDrill(BaseModel):
    """Which drill, and for how many minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    minutes: int = MINUTES_USUAL


class Drilling:
    """Carries out the verbs of drills, and hands every other to `commands`.

    A drill ends by its time, by command, or with the process; what it left is taken away then, and
    at the next start where the process died. Raises RejectError for a body that is real.
    """

    def __init__(
        self, embedded: Embedded, speaking: SpeakingFoundation, commands: Commands
    ) -> None:
        self._embedded = embedded
        self._sealer = speaking.sealer
        self._commands = commands
        self._drills = embedded.drills
        self._demonstration = embedded.settings.kind == "demonstration"
        self._turns = threading.Lock()
        self._work = PatientWork("drills", self._turn, LOOK_SECONDS)

    def start(self) -> None:
        """Take away what a drill left whose process died, and begin to end drills in time."""
        if self._demonstration:
            self._take_letters_away()
            self._work.start()

    def stop(self) -> None:
        """End the drill that is on."""
        self._work.stop()
        # Where the disk refuses, the next start takes away what is left.
        with suppress(RetryLaterError):
            self._end(PROGRAM)

    @property
    def crashed_with(self) -> BaseException | None:
        """The bug that ended the watch over drills, if one did."""
        return self._work.crashed_with

    def statuses(self) -> tuple[PartStatus, ...]:
        """Return the drill that is on, as a part that does not work."""
        drill, sentence = self._drills.now_on, self._drills.sentence
        if drill is None or sentence is None:
            return ()
        return (
            PartStatus(
                name=drill.name, kind="drill", working=False, needed=False, sentence=sentence
            ),
        )

    def carry_out(self, verb: str, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Carry out a verb for somebody; RejectError says why it cannot be."""
        if verb not in (BEGIN, END, SHOW):
            return self._commands.carry_out(verb, arguments, actor)
        if not self._demonstration:
            raise RejectError("this is a real body's Mercat, and drills are for a demonstration")
        if verb == BEGIN:
            return self._begin(arguments, actor)
        return self._show() if verb == SHOW else self._ended(actor)

    def _begin(self, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        try:
            order = BeginDrill.model_validate(arguments)
        except ValidationError as error:
            raise RejectError(str(error.errors(include_url=False)[0]["msg"])) from error
        with self._turns:
            drill = self._drills.begin(order.name, order.minutes)
            try:
                self._record("drill.begun", drill, actor, minutes=order.minutes)
                if drill.name == DEAD_LETTERS:
                    self._embedded.door.deliver(_letters()).result()
            except BaseException:
                self._drills.end()
                raise
        log.warning("drill begun", drill=drill.name, minutes=order.minutes)
        return self._show()

    def _show(self) -> Mapping[str, Any]:
        drill, sentence = self._drills.now_on, self._drills.sentence
        if drill is None or sentence is None:
            return {"sentence": "No drill is on.", "drill": None}
        return {
            "sentence": f"The drill {drill.name} is {sentence}.",
            "drill": drill.name,
            "alert": drill.alert,
            "runbook": drill.runbook,
            "seconds_left": round(self._drills.seconds_left),
        }

    def _ended(self, actor: Actor) -> Mapping[str, Any]:
        drill = self._end(actor)
        if drill is None:
            return {"sentence": "No drill is on.", "drill": None}
        sentence = f"The drill {drill.name} is over: {drill.alert} turns off within a minute or so."
        return {"sentence": sentence, "drill": None}

    def _turn(self) -> None:
        if self._drills.over:
            self._end(PROGRAM)

    def _end(self, actor: Actor) -> Drill | None:
        with self._turns:
            drill = self._drills.begun
            if drill is not None:
                self._take_letters_away()
                self._record("drill.ended", drill, actor)
                self._drills.end()
                log.warning("drill ended", drill=drill.name)
            return drill

    def _take_letters_away(self) -> None:
        rows = self._embedded.journal.store.select("dead_letters", ("waiting", LETTERS_MAX))
        gone: dict[Key, Row | None] = {
            Key("dead_letters", str(row["id"])): None for row in rows if row["origin"] == ORIGIN
        }
        if gone:
            self._embedded.journal.commit(Commit(writes=gone, lane=Lane.DECISION)).result()

    def _record(self, kind: str, drill: Drill, actor: Actor, **facts: int) -> None:
        now_ms = to_epoch_ms(self._embedded.clock.now())
        note = AuditNote(
            chain=HOUSE_CHAIN,
            kind=kind,
            actor=actor,
            subject=BODY_SUBJECT,
            payload={},
            facts={"drill": drill.name, **facts},
        )
        commit = Commit(lane=Lane.DECISION, entries=[self._sealer.seal(note, now_ms)])
        self._embedded.journal.commit(commit).result()


def _letters() -> list[Intake]:
    detail = "a drill had it come in, and takes it away at its end; see `mercat drill list`"
    return [
        Intake(ORIGIN, f"item {number}", b"{", Reject("not JSON", detail))
        for number in range(1, LETTERS_COUNT + 1)
    ]
