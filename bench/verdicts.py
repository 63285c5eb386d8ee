"""How long a verdict takes with the rules of Mercat: in process, and by an OPA server."""

import time
from typing import Final

from bench.errors import MeasurementError
from bench.figures import Figure, percentile
from bench.opa_run import opa_program, opa_serving
from bench.plan import Sizes
from bench.progress import Say
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from services.runtime.gate import Engine, Facts
from tests.gate_facts import approval, facts

AIM_MS: Final = 10.0
AIM_PER_SECOND: Final = 500.0
WARM_UP: Final = 50
SECONDS_MAX: Final = 30.0


def question(number: int) -> Facts:
    """Return the facts of an ordinary reply: every third waits for consent, every fifth is bad."""
    personal = {"phone": 1} if number % 5 == 0 else {}
    text = f"Case {number}: the crew comes by Friday, and the reference is 4471/26. " * 6
    return facts(
        act__id=f"{number:032x}",
        act__text=text,
        act__length=len(text),
        act__target=f"post-{number}",
        actor__pace={"last_hour": 4, "last_day": 17, "seconds_since_last": 300},
        account__limits={"kind": "characters", "limit": 500},
        account__pace={"last_hour": 9, "last_day": 40, "seconds_since_last": 120},
        account__same_said=1,
        findings__personal_data=len(personal),
        findings__personal_data_kinds=personal,
        findings__promises=1,
        findings__timescale_days_min=5,
        findings__length=len(text),
        approvals=[] if number % 3 == 0 else [approval()],
        evidence={"closed_cases": 60, "closed_days_p80": 4},
    )


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return percentiles and rate of verdicts asked one after another, on each engine there is."""
    bundle = read_bundle()
    say(f"{sizes.verdicts} verdicts in process")
    engine = RegopyEngine(bundle, seconds_max=SECONDS_MAX)
    try:
        found = _figures("verdict", "in process", _waits_ms(engine, sizes.verdicts))
    finally:
        engine.close()
    program = opa_program()
    if program is None:
        say("no OPA here, so verdicts by it are not measured")
        return found
    from services.policy.opa_engine import OpaEngine

    say(f"{sizes.verdicts} verdicts by OPA")
    with opa_serving(program, bundle) as port:
        server = OpaEngine("127.0.0.1", port, bundle, seconds_max=SECONDS_MAX)
        by_server = _waits_ms(server, sizes.verdicts)
        server.close()
    return (*found, *_figures("verdict_by_opa", "by an OPA server on loopback", by_server))


def _waits_ms(engine: Engine, count: int) -> list[float]:
    gate = EngineGate(engine, read_bundle())
    questions = [question(number) for number in range(WARM_UP + count)]
    waits: list[float] = []
    for asked in questions:
        begun = time.perf_counter()
        verdict = gate.judge(asked)
        waits.append((time.perf_counter() - begun) * 1_000)
        if verdict.failure is not None:
            raise MeasurementError(f"a verdict failed: {verdict.failure}")
    return waits[WARM_UP:]


def _figures(name: str, where: str, waits: list[float]) -> tuple[Figure, ...]:
    note = f"a verdict with the rules of Mercat {where}, one asked after another"
    rate = len(waits) * 1_000 / sum(waits)
    aim = AIM_PER_SECOND if name == "verdict" else None
    return (
        Figure(f"{name}_p50", "ms", note, value=percentile(waits, 0.5), better="lower"),
        Figure(
            f"{name}_p99", "ms", note, value=percentile(waits, 0.99), aim=AIM_MS, better="lower"
        ),
        Figure(f"{name}_rate", "1/s", note, value=rate, aim=aim),
    )
