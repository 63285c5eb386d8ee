"""A real OPA that fetches its rules from the policy service, by the configuration we ship."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.policy.bundle import Bundle, bundle_of
from services.policy.bundle_archive import SIGNATURES, bundle_archive, signed_files
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.opa_engine import OpaEngine
from services.policy.opa_readiness import OpaReadiness
from tests.gate_facts import approval, facts
from tests.integration.policy.bundle_server import BundleServer, until
from tests.opa_server import OpaServer
from tests.postgres_server import free_port
from tests.rules_keys import OTHERS_KEY, RULES_KEY
from tests.speaking_town import RulesInPlace

SECONDS_MAX = 30.0
RECORDED: tuple[dict[str, Any], ...] = (
    {},
    {"approvals": []},
    {"actor__active": False},
    {"account__mode": "halted"},
    {"findings__length": 501, "findings__is_too_long": True},
    {"approvals": [approval("rowan"), approval()]},
    {"findings__promises_without_timescale": 1},
)


@pytest.fixture
def bundle() -> Bundle:
    """The rules that come with Mercat."""
    return read_bundle()


@pytest.fixture
def service(bundle: Bundle) -> Iterator[BundleServer]:
    """The policy service, with these rules in force."""
    with BundleServer(bundle) as server:
        yield server


def changed(bundle: Bundle) -> Bundle:
    """Return the rules with one more source, as a change would give them."""
    gate = bundle.modules["gate/gate.rego"] + "\n# A line more.\n"
    return bundle_of({**bundle.modules, "gate/gate.rego": gate}, bundle.data)


def ready(server: OpaServer, bundle: Bundle) -> bool:
    """Return whether a server can be asked under these rules, once it can or is given up on."""
    return until(None, OpaReadiness(server.port, lambda: bundle).trouble) is None


def test_rules_fetched_answer_as_rules_in_place(
    opa_program: Path, service: BundleServer, bundle: Bundle
) -> None:
    """Every recorded question has the same answer from a fetched bundle as from regopy."""
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert ready(server, bundle)
        fetched = OpaEngine("127.0.0.1", server.port, bundle, seconds_max=SECONDS_MAX)
        in_place = RulesInPlace(bundle)

        answers = [fetched.evaluate(facts(**each)) for each in RECORDED]

        fetched.close()
    assert [_ordered(in_place.evaluate(facts(**each))) for each in RECORDED] == [
        _ordered(answer) for answer in answers
    ]


def test_what_opa_is_asked_is_reported_to_nobody(opa_program: Path, service: BundleServer) -> None:
    """By the settings that are shipped OPA fetches rules and sends neither questions nor status."""
    with OpaServer(opa_program, policy_address=service.address) as server:
        answer = httpx.get(f"http://127.0.0.1:{server.port}/v1/config", trust_env=False)

    settings = answer.raise_for_status().json()["result"]
    assert ["policy"] == list(settings["services"])
    assert ["mercat"] == list(settings["bundles"])
    assert {"decision_logs", "status"}.isdisjoint(settings)


def test_a_change_of_rules_arrives_and_is_fetched_once(
    opa_program: Path, service: BundleServer, bundle: Bundle
) -> None:
    """OPA asks again and again, gets the archive once for each revision, and answers by the new."""
    after = changed(bundle)
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert ready(server, bundle)
        service.wait_for(304, 2)
        service.bundle = after

        assert ready(server, after)

        engine = OpaEngine("127.0.0.1", server.port, after, seconds_max=SECONDS_MAX)
        verdict = EngineGate(engine, after).judge(facts())
        engine.close()
    assert ("allow", after.revision) == (verdict.decision, verdict.revision)
    assert 2 == service.statuses.count(200)


def test_an_engine_with_other_rules_is_not_ready_and_lets_nothing_out(
    opa_program: Path, service: BundleServer, bundle: Bundle
) -> None:
    """A service newer than the rules that OPA still has says so, and holds every act."""
    after = changed(bundle)
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert ready(server, bundle)
        engine = OpaEngine("127.0.0.1", server.port, after, seconds_max=SECONDS_MAX)

        verdict = EngineGate(engine, after).judge(facts())

        assert "other rules" in str(OpaReadiness(server.port, lambda: after).trouble())
        engine.close()
    assert "hold" == verdict.decision
    assert verdict.failure is not None


def test_an_absent_engine_is_not_ready(bundle: Bundle) -> None:
    """Where nothing listens, the sentence says what to start."""
    assert "does not answer" in str(OpaReadiness(free_port(), lambda: bundle).trouble())


def test_an_engine_without_rules_is_not_ready_until_they_come(
    opa_program: Path, bundle: Bundle
) -> None:
    """An OPA that is up before the policy service waits for it, and then is ready."""
    service = BundleServer(bundle)
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert "no rules yet" in str(OpaReadiness(server.port, lambda: bundle).trouble())
        with service:
            assert ready(server, bundle)


def test_an_engine_keeps_its_rules_while_the_policy_service_is_away(
    opa_program: Path, bundle: Bundle
) -> None:
    """What was fetched stays in force, and what changed meanwhile is fetched once it is back."""
    service, after = BundleServer(bundle), changed(bundle)
    with OpaServer(opa_program, policy_address=service.address) as server:
        with service:
            assert ready(server, bundle)
        engine = OpaEngine("127.0.0.1", server.port, bundle, seconds_max=SECONDS_MAX)
        verdict = EngineGate(engine, bundle).judge(facts())
        engine.close()
        assert OpaReadiness(server.port, lambda: bundle).trouble() is None
        service.bundle = after
        with service:
            assert ready(server, after)
    assert "allow" == verdict.decision


@pytest.mark.parametrize("wrong", ["unsigned", "another's", "tampered", "half", "a file more"])
def test_opa_keeps_the_good_rules_when_it_is_handed_bad_ones(
    opa_program: Path, service: BundleServer, bundle: Bundle, wrong: str
) -> None:
    """Whatever is not whole and signed by the body's key is passed over, and what it has stays."""
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert ready(server, bundle)
        seen = service.statuses.count(200)
        service.instead = bad_archive(wrong, changed(bundle))

        service.wait_for(200, seen + 3)

        assert OpaReadiness(server.port, lambda: bundle).trouble() is None
        engine = OpaEngine("127.0.0.1", server.port, bundle, seconds_max=SECONDS_MAX)
        verdict = EngineGate(engine, bundle).judge(facts())
        engine.close()
        service.instead, service.bundle = None, changed(bundle)
        assert ready(server, service.bundle), "sound ones are taken again"
    assert ("allow", bundle.revision) == (verdict.decision, verdict.revision)


def test_an_old_bundle_that_opa_would_take_lets_nothing_out(
    opa_program: Path, service: BundleServer, bundle: Bundle
) -> None:
    """A signature does not age, so whoever asks compares the revision with the one in force."""
    after = changed(bundle)
    service.bundle = after
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert ready(server, after)
        service.instead = bundle_archive(signed_files(bundle, RULES_KEY.sign_archive))
        assert ready(server, bundle)
        engine = OpaEngine("127.0.0.1", server.port, after, seconds_max=SECONDS_MAX)

        verdict = EngineGate(engine, after).judge(facts())

        engine.close()
    assert "hold" == verdict.decision
    assert verdict.failure is not None


def test_words_of_any_script_do_not_spoil_a_signature(
    opa_program: Path, service: BundleServer, bundle: Bundle
) -> None:
    """OPA works out the digest of data anew from what it has read; ours is the same."""
    odd = 'é \u2028 \u2029 \U0001f600 <&> \u007f \t " \\\\ 0.5'
    data = {**bundle.data, "authority": {**bundle.data["authority"], odd: [odd, 1.5, 10**9, None]}}
    service.bundle = bundle_of(bundle.modules, data)
    with OpaServer(opa_program, policy_address=service.address) as server:
        assert ready(server, service.bundle)


def bad_archive(wrong: str, bundle: Bundle) -> bytes:
    """Return an archive of a bundle with something wrong about it."""
    files = dict(
        signed_files(bundle, (OTHERS_KEY if wrong == "another's" else RULES_KEY).sign_archive)
    )
    if wrong == "unsigned":
        del files[SIGNATURES]
    if wrong == "tampered":
        files["gate/gate.rego"] += b"# More.\n"
    if wrong == "a file more":
        files["content/more/more.rego"] = b"package mercat.rules.content.more\n\nreasons := set()\n"
    archive = bundle_archive(files)
    return archive[: len(archive) // 2] if wrong == "half" else archive


def _ordered(answer: object) -> object:
    """Return an answer with its reasons in one order: they come from sets."""
    assert isinstance(answer, dict)
    reasons = sorted(answer["reasons"], key=lambda reason: json.dumps(reason, sort_keys=True))
    return {**answer, "reasons": reasons}
