"""An engine that is absent, late, wrong or incomplete: never an allow, on either engine."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.verdict import Verdict
from services.policy.bundle import GATE, Bundle
from services.policy.file_bundle import read_bundle
from services.policy.file_opa_bundle import write_opa_bundle
from services.policy.gate import EngineGate
from services.policy.opa_engine import OpaEngine
from services.policy.regopy_engine import QUESTIONS_WAITING_MAX, RegopyEngine
from services.runtime.errors import EngineUnavailableError, FolderError, SettingsError
from services.runtime.gate import Engine
from tests.fakes import wait_until
from tests.gate_facts import facts
from tests.opa_server import FalseOpa, OpaServer
from tests.postgres_server import free_port

SECONDS_MAX = 30.0
BUNDLE = read_bundle()


def right_answer(**changes: Any) -> str:
    """Return the answer to an act that may go, as JSON, with some of its parts changed."""
    return json.dumps(
        {"revision": BUNDLE.revision, "checked": [*BUNDLE.manifest], "reasons": []} | changes
    )


WRONG_ANSWERS: dict[str, str] = {
    "an empty object": "{}",
    "nothing but leave": '{"decision": "allow"}',
    "leave beside it": right_answer(decision="allow"),
    "true": "true",
    "a word": '"allow"',
    "a list": "[]",
    "null": "null",
    "no reasons": json.dumps({"revision": BUNDLE.revision, "checked": [*BUNDLE.manifest]}),
    "reasons that are an object": right_answer(reasons={}),
    "another revision": right_answer(revision="r0"),
    "no rule run": right_answer(checked=[]),
    "one rule left out": right_answer(checked=BUNDLE.manifest[1:]),
    "one rule too many": right_answer(checked=[*BUNDLE.manifest, "x/y"]),
    "a reason of no rule": right_answer(
        reasons=[{"rule": "x/y", "severity": "advice", "message": "m", "sentence": "s"}]
    ),
}
LOOP = "count([1 | some a in input.many; some b in input.many; some c in input.many; a + b < c])"
MEMORY = "count([[a, b, input.text] | some a in input.many; some b in input.many])"


@contextmanager
def regopy_with(gate: str, seconds_max: float = SECONDS_MAX, **values: Any) -> Iterator[Engine]:
    """Yield regopy with another gate module than ours, under our bundle's revision."""
    bundle = replace(BUNDLE, modules={**BUNDLE.modules, GATE: f"package mercat.gate\n{gate}\n"})
    engine = RegopyEngine(bundle, seconds_max=seconds_max, **values)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def opa_that_says(
    status: int, body: bytes, seconds_max: float = SECONDS_MAX, *, silent: bool = False
) -> Iterator[Engine]:
    """Yield OPA's engine in front of a server that answers what it is told to."""
    with FalseOpa(status, body, silent=silent) as server:
        engine = OpaEngine("127.0.0.1", server.port, BUNDLE, seconds_max=seconds_max)
        yield engine
        engine.close()


def regopy_answering(answer: str) -> AbstractContextManager[Engine]:
    """Return regopy with a gate that answers what it is told to."""
    return regopy_with(f"answer := {answer}")


def opa_answering(answer: str) -> AbstractContextManager[Engine]:
    """Return OPA's engine with a server that answers what it is told to."""
    return opa_that_says(200, f'{{"result": {answer}}}'.encode())


def judged(engine: Engine, bundle: Bundle = BUNDLE) -> Verdict:
    """Return the verdict on an act that may go, if only the engine could say so."""
    return EngineGate(engine, bundle).judge(facts())


def assert_held(verdict: Verdict, why: str = "") -> None:
    """Check that an act is held, that the sentence says why, and that nobody is asked to agree."""
    assert verdict.decision == "hold"
    assert verdict.failure is not None
    assert verdict.failure.startswith("The rules could not be checked just now (")
    assert verdict.failure.endswith("); nothing is sent until they can.")
    assert why in verdict.failure
    assert verdict.needs == ()


@pytest.mark.parametrize("answering", [regopy_answering, opa_answering])
@pytest.mark.parametrize("answer", WRONG_ANSWERS)
def test_a_wrong_answer_holds(
    answering: Callable[[str], AbstractContextManager[Engine]], answer: str
) -> None:
    """Whatever an engine answers that our rules cannot have said, the act is held."""
    with answering(WRONG_ANSWERS[answer]) as engine:
        verdict = judged(engine)

    assert_held(verdict)


@pytest.mark.parametrize("answering", [regopy_answering, opa_answering])
def test_the_right_answer_by_the_same_way_allows(
    answering: Callable[[str], AbstractContextManager[Engine]],
) -> None:
    """What holds above is the answer, not the way it came."""
    with answering(right_answer()) as engine:
        verdict = judged(engine)

    assert ("allow", None) == (verdict.decision, verdict.failure)


def test_an_engine_with_another_bundle_holds() -> None:
    """An engine that was not told of the rules in force is not even asked."""
    with regopy_answering("{}") as engine:
        verdict = judged(engine, replace(BUNDLE, revision="f" * 64))

    assert_held(verdict, "another set of rules")


@pytest.mark.parametrize(
    ("gate", "why"),
    [
        ("answer := 1 if input.nothing", "gave no answer"),
        ("other := 1", "the rules"),
        ("answer := nosuch(1)", "could not be run"),
        ("answer := ", "not running"),
        ('answer := to_number("x")', "a rule failed"),
        ("answer := 1\nanswer := 2", "a rule failed"),
    ],
)
def test_rules_that_cannot_be_run_hold(gate: str, why: str) -> None:
    """An undefined answer, a builtin that fails, rules that do not compile: each is a hold."""
    with regopy_with(gate, seconds_max=1.5) as engine:
        verdict = judged(engine)

    assert_held(verdict, why)


def test_a_question_that_takes_too_long_is_cut_short_and_the_next_is_answered() -> None:
    """A child that does not answer in time is killed, and the one after it answers."""
    gate = f"answer := {LOOP} if input.many\nanswer := 7 if not input.many"
    with regopy_with(gate, seconds_max=1) as engine:
        wait_until(lambda: _answers(engine))

        with pytest.raises(EngineUnavailableError, match="did not answer within 1 seconds"):
            engine.evaluate({"many": list(range(900))})

        wait_until(lambda: _answers(engine))


def test_a_question_that_eats_memory_ends_the_child_and_no_more() -> None:
    """The limit is the child's: it ends, the act is held, and the next question is answered."""
    gate = f"answer := {MEMORY} if input.many\nanswer := 7 if not input.many"
    with regopy_with(gate, memory_bytes_max=48 * 1024 * 1024) as engine:
        assert engine.evaluate({}) == 7

        with pytest.raises(EngineUnavailableError, match="ended before it answered"):
            engine.evaluate({"many": list(range(2_000)), "text": "x" * 2_000})

        assert engine.evaluate({}) == 7


def test_a_killed_child_is_replaced() -> None:
    """After a child was killed from outside, verdicts come again without anybody's help."""
    engine = RegopyEngine(BUNDLE, seconds_max=SECONDS_MAX)
    meanwhile: list[Verdict] = []

    def is_replaced() -> bool:
        meanwhile.append(judged(engine))
        return engine.pid not in (first, None)

    try:
        before = judged(engine)
        first = engine.pid
        assert first is not None

        os.kill(first, signal.SIGKILL)
        wait_until(is_replaced)

        assert before == judged(engine)
    finally:
        engine.close()
    for verdict in meanwhile:
        if verdict != before:
            assert_held(verdict)


def test_an_answer_to_another_question_is_not_taken() -> None:
    """What is still on its way from a question that was given up is told by its number."""
    with regopy_with("answer := input.n") as engine:
        assert engine.evaluate({"n": 1}) == 1
        assert isinstance(engine, RegopyEngine)
        assert engine._child is not None
        engine._child.pipe.send_bytes(b'0\n{"n": 8}')

        with pytest.raises(EngineUnavailableError, match="something else than was asked"):
            engine.evaluate({"n": 2})

        assert engine.evaluate({"n": 3}) == 3


def test_a_child_that_never_comes_up_holds_at_once_when_the_time_is_over() -> None:
    """Rules that end every child leave the engine unavailable, and it can still be closed."""
    with regopy_with("answer := ", seconds_max=0.2) as engine:
        verdict = judged(engine)

    assert_held(verdict, "not running")
    assert_held(judged(engine), "closed")


def test_more_questions_than_may_wait_are_told_so() -> None:
    """Beyond the bound a question is refused, not queued."""
    gate = f"answer := {LOOP} if input.many\nanswer := 7 if not input.many"
    asked = {"many": list(range(900))}
    with regopy_with(gate, seconds_max=2) as engine:
        wait_until(lambda: _answers(engine))
        with ThreadPoolExecutor(QUESTIONS_WAITING_MAX + 8) as pool:
            failures = [
                str(future.exception(60))
                for future in [
                    pool.submit(engine.evaluate, asked) for _ in range(QUESTIONS_WAITING_MAX + 8)
                ]
            ]

    assert any("wait already" in failure for failure in failures)
    assert all("None" != failure for failure in failures)


def test_no_server_holds() -> None:
    """With nothing at OPA's address, nothing is sent."""
    engine = OpaEngine("127.0.0.1", free_port(), BUNDLE, seconds_max=SECONDS_MAX)

    assert_held(judged(engine), "not running")


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, b'{"code": "internal_error", "message": "builtin"}', "status 500"),
        (404, b"{}", "status 404"),
        (200, b"{}", "gave no answer"),
        (200, b'{"warning": {}}', "gave no answer"),
        (200, b"[]", "gave no answer"),
        (200, b"", "cannot be read"),
        (200, b"<html>", "cannot be read"),
        (307, b'{"result": {}}', "cannot be read"),
    ],
)
def test_a_server_that_answers_badly_holds(status: int, body: bytes, why: str) -> None:
    """An error, an undefined rule, something else than JSON, a way elsewhere: each is a hold."""
    with FalseOpa(status, body) as server:
        engine = OpaEngine("127.0.0.1", server.port, BUNDLE, seconds_max=SECONDS_MAX)
        verdict = judged(engine)
        engine.close()

    assert_held(verdict, why)
    assert server.asked == 1


def test_a_server_that_is_late_holds() -> None:
    """A server that does not answer within the time is not waited for."""
    with opa_that_says(200, b'{"result": {}}', seconds_max=0.3, silent=True) as engine:
        verdict = judged(engine)

    assert_held(verdict, "did not answer within 0.3 seconds")


def test_a_server_with_an_older_bundle_holds(opa_program: Path, tmp_path: Path) -> None:
    """A real server that was started with other rules gives answers that are not taken."""
    older = replace(BUNDLE, revision="0" * 64)
    write_opa_bundle(tmp_path / "older", older)
    with OpaServer(opa_program, tmp_path / "older") as server:
        engine = OpaEngine("127.0.0.1", server.port, BUNDLE, seconds_max=SECONDS_MAX)
        verdict = judged(engine)
        engine.close()

    assert_held(verdict, "another set of rules")


SILENT = f"""answer := {{
	"revision": "{BUNDLE.revision}",
	"checked": {json.dumps(BUNDLE.manifest)},
	"reasons": [found | found := to_number(input.act.text)],
}}"""


def test_a_function_that_fails_on_regopy_silences_no_rule() -> None:
    """A failure inside a rule that would otherwise only leave its reason out is a hold."""
    with regopy_with(SILENT) as engine:
        verdict = judged(engine)

    assert_held(verdict, "a rule failed")


def test_a_function_that_fails_on_opa_silences_no_rule(opa_program: Path, tmp_path: Path) -> None:
    """A real server is told to be strict with each question, and answers with an error."""
    gate = f"package mercat.gate\n{SILENT}\n"
    write_opa_bundle(tmp_path / "b", replace(BUNDLE, modules={**BUNDLE.modules, GATE: gate}))
    with OpaServer(opa_program, tmp_path / "b") as server:
        engine = OpaEngine("127.0.0.1", server.port, BUNDLE, seconds_max=SECONDS_MAX)
        verdict = judged(engine)
        engine.close()

    assert_held(verdict, "status 500")


def test_a_server_with_half_a_bundle_holds(opa_program: Path, tmp_path: Path) -> None:
    """A real server that lacks one rule gives an answer that is not taken for leave."""
    folder = tmp_path / "half"
    write_opa_bundle(folder, BUNDLE)
    (folder / "content/personal_data/personal_data.rego").unlink()
    with OpaServer(opa_program, folder) as server:
        engine = OpaEngine("127.0.0.1", server.port, BUNDLE, seconds_max=SECONDS_MAX)
        verdict = judged(engine)
        engine.close()

    assert_held(verdict, "not every rule was run")


def test_a_server_elsewhere_is_refused() -> None:
    """Whoever reaches OPA could change the rules, so it has to be on this machine."""
    with pytest.raises(SettingsError, match="another machine"):
        OpaEngine("192.0.2.1", 8181, BUNDLE, seconds_max=1)


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts go to the server that was named, whatever the environment says of proxies."""
    with FalseOpa(500, b"{}") as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        engine = OpaEngine("127.0.0.1", free_port(), BUNDLE, seconds_max=SECONDS_MAX)
        verdict = judged(engine)
        engine.close()

    assert_held(verdict, "not running")
    assert proxy.asked == 0


def test_a_bundle_is_not_written_over_another(tmp_path: Path) -> None:
    """A stray rule in the folder would be run, so the folder must be new."""
    write_opa_bundle(tmp_path / "bundle", BUNDLE)

    with pytest.raises(FolderError, match="is not empty"):
        write_opa_bundle(tmp_path / "bundle", BUNDLE)


def _answers(engine: Engine) -> bool:
    try:
        return engine.evaluate({}) == 7
    except EngineUnavailableError:
        return False
