"""One question, one answer: regopy and OPA say the same object, whatever the facts are."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from services.bootstrap_month import Month
from services.cli_audit_files import Unwritten
from services.policy.bundle import Bundle
from services.policy.fact_shape import checked_facts
from services.policy.file_bundle import read_bundle
from services.policy.file_opa_bundle import write_opa_bundle
from services.policy.opa_engine import OpaEngine
from services.policy.recorded import recorded_of
from services.policy.regopy_engine import RegopyEngine
from services.policy.regopy_rehearsal import Span, opened_pages
from services.policy.system_sealer import SubjectSealer
from services.runtime.errors import InputInvalidError
from services.runtime.gate import Engine
from services.settings import DATABASE_NAME, EnvironmentSettings, read_body
from services.store.file_installation import read_installation
from services.store.file_keys import KeyFolder
from services.store.sqlite_store import SqliteReaders, SqliteStore
from services.town.file_folder import make_town_folder
from tests.generated_facts import generated_facts
from tests.opa_server import OpaServer
from tests.speaking_town import RulesInPlace

SECONDS_MAX: Final = 30.0
EVERYDAY: Final = 500
MANY: Final = 10_000
DAYS_SPOKEN: Final = 2
MONTH_DAYS: Final = 30
RECORDED_MIN: Final = 20


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


def recorded_inputs(place: Path, days: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what the rules were asked in some days of the town, as the audit keeps it sealed.

    The town's people draft, agree and send by the real desk; the id of a verdict comes with each.
    """
    now = datetime.now(UTC)
    make_town_folder(place / "town", now)
    settings, keys = read_body(place / "town", EnvironmentSettings()), KeyFolder(place / "keys")
    Month(place / "town", settings, keys, now, days, RulesInPlace(read_bundle())).speak(7)
    store = SqliteStore(SqliteReaders(place / "town" / DATABASE_NAME))
    sealer = SubjectSealer(read_installation(store, keys), store, Unwritten())
    for page in opened_pages(store, sealer, Span(now - timedelta(days=days + 1), now)):
        for entry in page:
            recorded = recorded_of(entry)
            if not isinstance(recorded, str):
                yield recorded.verdict_id, recorded.facts


def recorded_differences(
    engines: tuple[Engine, Engine], inputs: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[int, int, list[str]]:
    """Ask both about what is on record: how many were asked, had reasons, and differed."""
    asked = loud = 0
    differed: list[str] = []
    for verdict_id, facts in inputs:
        plain, _ = checked_facts(facts)
        by_regopy, by_opa = (said(engine, plain) for engine in engines)
        asked += 1
        loud += bool(by_opa["reasons"])
        if in_order(by_regopy) != in_order(by_opa):
            differed.append(verdict_id)
    return asked, loud, differed


def test_both_engines_say_the_same_of_what_is_on_record(
    engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    """Facts as the desk found them and the audit sealed them, of some of the town's days."""
    asked, loud, differed = recorded_differences(engines, recorded_inputs(tmp_path, DAYS_SPOKEN))

    assert [] == differed
    assert asked >= RECORDED_MIN
    assert 0 < loud <= asked


@pytest.mark.long
def test_both_engines_say_the_same_of_a_whole_month_on_record(
    engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    """Every input that the town's month has left in the audit."""
    asked, _, differed = recorded_differences(engines, recorded_inputs(tmp_path, MONTH_DAYS))

    assert [] == differed
    assert asked >= RECORDED_MIN * MONTH_DAYS // DAYS_SPOKEN
