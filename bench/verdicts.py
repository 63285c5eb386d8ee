"""How long a verdict takes with the rules of Mercat: in process, and by an OPA server."""

import time
from typing import Any, Final

from bench.errors import MeasurementError
from bench.figures import Figure, percentile
from bench.opa_run import opa_program, opa_serving
from bench.plan import Sizes
from bench.progress import Say
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from services.reading.wording import FAMILIES
from services.runtime.gate import Engine, Facts

AIM_MS: Final = 10.0
AIM_PER_SECOND: Final = 500.0
WARM_UP: Final = 50
SECONDS_MAX: Final = 30.0
_NOW: Final = 1_764_194_400
_DIGEST: Final = "5a" * 32


def question(number: int) -> Facts:
    """Return the facts of an ordinary reply: every third waits for consent, every fifth is bad."""
    personal = {"phone": 1} if number % 5 == 0 else {}
    consent = {"roles": ["approver"], "digest": _DIGEST, "expires_at": _NOW + 60}
    text = f"Case {number}: the crew comes by Friday, and the reference is 4471/26. " * 6
    facts: dict[str, Any] = {
        "phase": "sending",
        "now": _NOW,
        "act": {
            "id": f"{number:032x}",
            "kind": "reply",
            "account": "town",
            "digest": _DIGEST,
            "text": text,
            "length": len(text),
            "language": "en",
            "target": f"post-{number}",
            "media": [],
        },
        "actor": {
            "id": "rowan",
            "roles": ["team-member"],
            "active": True,
            "grant": {"id": "g1", "live": True, "in_scope": True, "ends_at": _NOW + 3_600},
            "pace": {"last_hour": 4, "last_day": 17, "seconds_since_last": 300},
        },
        "account": {
            "id": "town",
            "platform": "house",
            "mode": "normal",
            "halts": [],
            "limits": {"kind": "characters", "limit": 500},
            "pace": {"last_hour": 9, "last_day": 40, "seconds_since_last": 120},
            "same_said": 1,
        },
        "conversation": {
            "parent": "live",
            "language": "en",
            "theme": "bins",
            "team": "waste",
            "same_said": 0,
            "others_answering": 0,
        },
        "findings": {
            "personal_data": len(personal),
            "personal_data_kinds": personal,
            "promises": 1,
            "promises_without_timescale": 0,
            "timescale_days_min": 5,
            "wording": dict.fromkeys(FAMILIES, 0),
            "links_elsewhere": 0,
            "links_shortened": 0,
            "links_lookalike": 0,
            "hashtags_run_together": 0,
            "emoji": 0,
            "emoji_in_a_row": 0,
            "media_without_alt": 0,
            "alts_poor": 0,
            "veils": 0,
            "is_other_language": False,
            "length": len(text),
            "is_too_long": False,
            "is_cut": False,
        },
        "approvals": [] if number % 3 == 0 else [{"approver": "alder", **consent}],
        "settings": {"one_officer": False, "four_eyes": True, "in_hours": True},
        "evidence": {"closed_cases": 60, "closed_days_p80": 4},
    }
    return facts


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
    for facts in questions:
        begun = time.perf_counter()
        verdict = gate.judge(facts)
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
