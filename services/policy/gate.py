"""The gate: asks an engine about facts, and fails closed whatever becomes of the question."""

import structlog

from schemas.verdict import Verdict
from services.policy.answers import failed, read_answer
from services.policy.bundle import Bundle
from services.policy.fact_shape import checked_facts
from services.runtime.errors import EngineUnavailableError, InputInvalidError
from services.runtime.gate import Engine, Facts

log = structlog.get_logger(__name__)


class EngineGate:
    """Gives verdicts by one bundle, through an engine that has it loaded.

    `bundle` is what is in force: an engine that has another loaded is not believed.
    """

    def __init__(self, engine: Engine, bundle: Bundle) -> None:
        self._engine = engine
        self._bundle = bundle

    @property
    def bundle(self) -> Bundle:
        """The rules in force."""
        return self._bundle

    def judge(self, facts: Facts) -> Verdict:
        """Return the verdict on these facts; a hold with a `failure` where there can be none."""
        verdict = self._judged(facts)
        if verdict.failure is not None:
            log.warning("rules not checked", failure=verdict.failure)
        return verdict

    def _judged(self, facts: Facts) -> Verdict:
        revision = self._bundle.revision
        try:
            plain, shape = checked_facts(facts)
            if self._engine.revision != revision:
                return failed("the engine has another set of rules than is in force", revision)
            answer = self._engine.evaluate(plain)
        except (EngineUnavailableError, InputInvalidError) as error:
            return failed(str(error), revision)
        return read_answer(answer, self._bundle, shape)
