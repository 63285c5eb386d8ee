"""A policy engine that fails in every way an engine can, when told to, and gossips as it thinks."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, cast, get_args

from services.runtime.errors import EngineUnavailableError
from services.runtime.gate import Engine, Facts

Trouble = Literal["absent", "empty", "wrong revision", "partial", "wrong type", "late", "renamed"]
TROUBLES: Final[tuple[Trouble, ...]] = get_args(Trouble)


class FlakyEngine:
    """Hands on what the real engine answers, or what `trouble` makes of it.

    `meanwhile` is called once, while it thinks: what others do in that moment. `late` passes time
    before it fails; `pass_time` is how.
    """

    def __init__(self, engine: Engine, pass_time: Callable[[float], None]) -> None:
        self._engine = engine
        self._pass_time = pass_time
        self.trouble: Trouble | None = None
        self.meanwhile: Callable[[], object] | None = None

    @property
    def revision(self) -> str:
        """The revision of what was loaded."""
        return self._engine.revision

    def evaluate(self, facts: Facts) -> object:
        """Return an answer, sound or not."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if self.trouble in ("absent", "late"):
            self._pass_time(5.0 if self.trouble == "late" else 0.0)
            raise EngineUnavailableError(f"the engine is {self.trouble}")
        answer = cast("Mapping[str, Any]", self._engine.evaluate(facts))
        return answer if self.trouble is None else _spoilt(self.trouble, answer)

    def close(self) -> None:
        """Let the engine go."""
        self._engine.close()


def _spoilt(trouble: Trouble, answer: Mapping[str, Any]) -> object:
    """Return an answer that allows everything, but for what is wrong with it."""
    quiet = {**answer, "reasons": []}
    match trouble:
        case "empty":
            return {}
        case "wrong revision":
            return {**quiet, "revision": "0" * 64}
        case "partial":
            return {**quiet, "checked": quiet["checked"][:-1]}
        case "renamed":
            return {**quiet, "checked": [*quiet["checked"][:-1], "content/another"]}
        case _:
            return [quiet]
