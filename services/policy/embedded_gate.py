"""Puts the gate of the embedded default together: the rules that come with Mercat, and regopy."""

from pathlib import Path

from services.policy.file_bundle import RULES, read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine


def embedded_gate(seconds_max: float, rules: Path = RULES) -> tuple[EngineGate, RegopyEngine]:
    """Return the gate and its engine, which the caller closes at the end.

    Does not wait for the engine: until it is up, verdicts are holds. Raises SettingsError where the
    rules cannot be read.
    """
    bundle = read_bundle(rules)
    engine = RegopyEngine(bundle, seconds_max=seconds_max)
    return EngineGate(engine, bundle), engine
