"""One question, one answer: regopy and OPA say the same object, whatever the facts are."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from services.policy.bundle import Bundle
from services.policy.fact_shape import checked_facts
from services.policy.file_bundle import read_bundle
from services.policy.file_opa_bundle import write_opa_bundle
from services.policy.opa_engine import OpaEngine
from services.policy.regopy_engine import RegopyEngine
from services.runtime.errors import InputInvalidError
from services.runtime.gate import Engine
from tests.generated_facts import generated_facts
from tests.opa_server import OpaServer

SECONDS_MAX: Final = 30.0
EVERYDAY: Final = 500
MANY: Final = 10_000


@pytest.fixture(scope="module")
def engines(
    opa_program: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Engine]]:
    """Both engines with the rules that come with Mercat."""
    bundle: Bundle = read_bundle()
    folder = tmp_path_factory.mktemp("opa") / "bundle"
    write_opa_bundle(folder, bundle)
    with OpaServer(opa_program, folder) as server:
        opa = OpaEngine("127.0.0.1", server.port, bundle, seconds_max=SECONDS_MAX)
        regopy = RegopyEngine(bundle, seconds_max=SECONDS_MAX)
        yield regopy, opa
        regopy.close()
        opa.close()


def said(engine: Engine, plain: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an engine answers: an object, or the test fails here."""
    answer = engine.evaluate(plain)
    assert isinstance(answer, Mapping)
    return answer


def in_order(answer: Mapping[str, Any]) -> str:
    """Return an answer as text; reasons are a set, so their order says nothing."""
    reasons = sorted(json.dumps(each, sort_keys=True) for each in answer["reasons"])
    return json.dumps({**answer, "reasons": reasons}, sort_keys=True)


def differences(engines: tuple[Engine, Engine], seeds: range) -> tuple[int, int, list[int]]:
    """Ask both about the facts of each seed: how many were asked, had reasons, and differed."""
    asked = loud = 0
    differed: list[int] = []
    for seed in seeds:
        try:
            plain, _ = checked_facts(generated_facts(seed))
        except InputInvalidError:
            continue
        by_regopy, by_opa = (said(engine, plain) for engine in engines)
        asked += 1
        loud += bool(by_opa["reasons"])
        if in_order(by_regopy) != in_order(by_opa):
            differed.append(seed)
    return asked, loud, differed


def test_both_engines_say_the_same_of_generated_facts(engines: tuple[Engine, Engine]) -> None:
    """Every field takes any value it may have; a seed that differs is named."""
    asked, loud, differed = differences(engines, range(EVERYDAY))

    assert [] == differed
    assert asked > EVERYDAY * 0.9
    assert loud > asked / 2


@pytest.mark.long
def test_both_engines_say_the_same_of_ten_thousand(engines: tuple[Engine, Engine]) -> None:
    """The same, twenty times as often."""
    _, _, differed = differences(engines, range(EVERYDAY, EVERYDAY + MANY))
    assert [] == differed
