"""Rules that lack a section, in both engines: asked with what is delivered, and as nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from services.policy.bundle import Bundle
from services.policy.file_opa_bundle import write_opa_bundle
from services.policy.file_rule_set import delivered_data, read_rule_set
from services.policy.gate import EngineGate
from services.policy.opa_engine import OpaEngine
from services.policy.regopy_engine import RegopyEngine
from services.policy.rule_set import whole_rule_set
from services.runtime.gate import Engine
from tests.gate_facts import facts
from tests.opa_server import OpaServer

SECONDS_MAX: Final = 30.0
LIMITS: Final = "data/limits.yaml"


def filled(emoji_max: int) -> Bundle:
    """Return rules that do not say how many emoji, by a program that delivers so many."""
    files = dict(read_rule_set().files)
    files[LIMITS] = files[LIMITS].replace("emoji_max: 5\n", "")
    assert files[LIMITS] != read_rule_set().files[LIMITS], "the figure stood there"
    rule_set = whole_rule_set(files, {**delivered_data(), "limits": f"emoji_max: {emoji_max}\n"})
    assert ("limits.emoji_max",) == rule_set.filled
    return rule_set.bundle


@pytest.fixture(params=["regopy", "opa"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine, with what a program that delivers three made of the rules."""
    bundle = filled(3)
    if request.param == "regopy":
        regopy = RegopyEngine(bundle, seconds_max=SECONDS_MAX)
        yield regopy
        regopy.close()
        return
    program: Path = request.getfixturevalue("opa_program")
    write_opa_bundle(tmp_path / "bundle", bundle)
    with OpaServer(program, tmp_path / "bundle") as server:
        opa = OpaEngine("127.0.0.1", server.port, bundle, seconds_max=SECONDS_MAX)
        yield opa
        opa.close()


def test_what_is_delivered_objects_in_rules_that_say_nothing_of_it(engine: Engine) -> None:
    """And the verdict names the revision of all that was asked."""
    bundle = filled(3)
    gate = EngineGate(engine, bundle)

    few, many = (gate.judge(facts(findings__emoji=count)) for count in (3, 4))

    assert (None, None) == (few.failure, many.failure)
    assert bundle.revision == few.revision == many.revision
    assert "content/emoji" not in {each.rule for each in few.reasons}
    assert "content/emoji" in {each.rule for each in many.reasons}


def test_an_engine_that_another_program_gave_its_rules_is_not_believed(engine: Engine) -> None:
    """The same rules are signed; what each program fills in is another, and so is its revision."""
    gate = EngineGate(engine, filled(4))

    verdict = gate.judge(facts(findings__emoji=1))

    assert "hold" == verdict.decision
    assert verdict.failure is not None


def test_a_server_that_answers_by_other_figures_is_not_believed(
    opa_program: Path, tmp_path: Path
) -> None:
    """Whatever the one who asks takes it to have loaded."""
    write_opa_bundle(tmp_path / "bundle", filled(4))
    with OpaServer(opa_program, tmp_path / "bundle") as server:
        opa = OpaEngine("127.0.0.1", server.port, filled(3), seconds_max=SECONDS_MAX)
        verdict = EngineGate(opa, filled(3)).judge(facts(findings__emoji=1))
        opa.close()

    assert verdict.failure is not None
