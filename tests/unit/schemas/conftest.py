"""How property tests run here: no time limits, so that a busy machine fails nothing."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "contracts",
    deadline=None,
    max_examples=40,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("contracts")
