"""A harmless question that shows whether an engine answers by a bundle, whole and in time."""

from typing import Final

from services.policy.bundle import Bundle
from services.policy.draft_reader import DraftReader
from services.policy.fact_shape import checked_facts
from services.policy.judging import Draft, draft_facts
from services.runtime.errors import EngineUnavailableError, InputInvalidError
from services.runtime.gate import Engine

WORDS: Final = "Thank you for telling us. We will look at it by Friday."
DRAFT: Final = Draft(id="probe", kind="reply", author="staff", platform="house", text=WORDS)


def engine_trouble(engine: Engine, bundle: Bundle, reader: DraftReader) -> str | None:
    """Return in a sentence part why an engine cannot be asked by a bundle, or None where it can."""
    try:
        plain, _ = checked_facts(draft_facts(DRAFT, reader))
        answer = engine.evaluate(plain)
    except (EngineUnavailableError, InputInvalidError) as error:
        return str(error)
    if not isinstance(answer, dict) or answer.get("revision") != bundle.revision:
        return "the engine answers by other rules"
    checked = answer.get("checked", ())
    if not isinstance(checked, list | tuple) or sorted(map(str, checked)) != sorted(
        bundle.manifest
    ):
        return "the rules answer in part only"
    return None
