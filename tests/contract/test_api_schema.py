"""The API keeps what its OpenAPI document promises, whatever is sent to it."""

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.integration.console.api_cases_rows import fill
from tests.integration.console.console_parts import FakeMercat

EXAMPLES_MAX: Final = 8
SEED: Final = 7
DOCUMENT: Final = "/api/v1/openapi.json"
REFUSED: Final = ["2xx", "400", "403", "404", "409", "412", "422"]
"""A well-formed request may still be refused: a cursor made up, a stale version, a state."""
CHECKS: Final[dict[str, Any]] = {"positive_data_acceptance": {"expected-statuses": REFUSED}}

MERCAT: Final = FakeMercat()
fill(MERCAT.store)
SCHEMA: Final = schemathesis.openapi.from_asgi(
    DOCUMENT, MERCAT.app, config=SchemathesisConfig.from_dict({"checks": CHECKS})
)
OPERATIONS: Final = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
}
NOTHING_TO_SEND: Final = frozenset(
    {"GET /rules/public", "GET /accounts/public", "GET /reports/public", "GET /nominations/public"}
)
"""What takes neither parameters nor a token: there is nothing that could be sent wrongly."""
ASKED: Final = [
    pytest.param(label, mode, id=f"{label}-{mode.value}")
    for label in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or label not in NOTHING_TO_SEND
]


@pytest.mark.parametrize(("label", "mode"), ASKED)
def test_every_answer_is_as_documented(label: str, mode: GenerationMode) -> None:
    """Each path answers as its document says, with good input and with bad."""

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES_MAX,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def answers(case: schemathesis.Case[Any]) -> None:
        MERCAT.elapsed_seconds += 10
        case.call_and_validate(headers={"Authorization": "Bearer don token"})

    answers()


def test_the_document_is_openapi_3_1_and_open_to_all() -> None:
    """Whoever writes a program reads the document before having a token."""
    document = MERCAT.ask("GET", DOCUMENT).json()

    assert "3.1.0" == document["openapi"]
    assert len(OPERATIONS) == sum(len(path) for path in document["paths"].values())
