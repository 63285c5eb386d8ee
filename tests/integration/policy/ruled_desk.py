"""A desk over a database of its own, judged by the rules that come with Mercat."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from schemas.verdict import Verdict
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from services.policy.standing import FixedRules, StandingRules
from services.runtime.clock import ManualClock
from services.runtime.gate import Facts, Gate
from tests.desk_rig import DeskRig

OTHERS: Final = ("dora", "moira", "mungo")


class ListeningGate:
    """The gate of Mercat's own rules, which keeps the facts that it was asked of last."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.asked: Facts = {}

    def judge(self, facts: Facts) -> Verdict:
        """Return what the rules say."""
        self.asked = facts
        return self._gate.judge(facts)


@contextmanager
def real_gate() -> Iterator[ListeningGate]:
    """Yield the rules of Mercat in the engine of one machine."""
    bundle = read_bundle()
    engine = RegopyEngine(bundle, seconds_max=30.0)
    try:
        yield ListeningGate(EngineGate(engine, bundle))
    finally:
        engine.close()


def ruled(
    rig: DeskRig, gate: ListeningGate, theme_of: Callable[[str, str | None], str | None]
) -> DeskRig:
    """Return a desk that asks a gate, and finds themes as it is told to."""
    rig.rules = FixedRules(StandingRules(gate, rig.reader, number=1))
    rig.theme_of = theme_of
    rig.desk = rig.desk_over(rig.store, rig.journal)
    rig.sending = rig.sending_over(rig.store)
    return rig


def theme_by_words(text: str, language: str | None) -> str | None:
    """Find the theme that a text names, as a rule of one word each would."""
    del language
    return next((theme for theme in ("bins", "trees", "floods") if theme in text.lower()), None)


def set_clock(clock: ManualClock, *moment: int) -> None:
    """Have it be a moment given in UTC."""
    then = datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]
    clock.jump((then - clock.now()).total_seconds())


def messages(act: Mapping[str, Any], severity: str) -> set[str]:
    """Return what the rules said of an act with a severity."""
    found = {each["message"] for each in act["reasons"] if each["severity"] == severity}
    return found - {"authority.second_person"}


def agreed(rig: DeskRig, act: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act once as many have agreed as it takes."""
    told = dict(act)
    for who in OTHERS:
        if told["state"] == "held":
            told = rig.approve(told, who)
    return told


def went_out(rig: DeskRig, act: Mapping[str, Any]) -> bool:
    """Return whether an act is let go at its sending; then its platform took it."""
    cleared = rig.send(act).cleared
    if cleared:
        rig.write(
            "sendings",
            str(act["id"]),
            account=act["account"],
            state="sent",
            remote_id=f"remote-{act['id']}",
            version=1,
        )
    return cleared
