"""What each service tells of what its tables hold, over PostgreSQL, with Kafka away."""

from contextlib import ExitStack

from fastapi import FastAPI

from services.runtime import machine_metrics as machine
from services.runtime import speaking_metrics as speaking
from services.runtime.metric import Metric
from tests.fakes import wait_until
from tests.integration.scaled_speaking.test_services import ask, policy_at_work
from tests.scaled_town import ScaledTown


def told(app: FastAPI, metric: Metric, labels: str = "") -> float | None:
    """Return what a service tells of a gauge, or None where it tells nothing."""
    begins = f"{metric.name}{labels} "
    lines = ask(app, "GET", "/metrics").text.splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(begins)), None)


def test_every_policy_service_tells_what_waits_for_people(town: ScaledTown) -> None:
    """Of two both tell the same, and the one that exports tells of when the last head is."""
    act = town.do("draft", "ann", kind="statement", account="library", text="We open at nine.")
    town.do("propose", "ann", act_id=act["id"])
    town.do("halt", "otto", kind="account", name="town", why="as a test")

    with policy_at_work(town) as one, policy_at_work(town) as other:
        apps = (one.app, other.app)
        wait_until(lambda: all(told(app, machine.GAUGES_READ_TIMESTAMP) for app in apps))
        wait_until(lambda: any(told(app, speaking.EXPORTED_HEAD_TIMESTAMP) for app in apps))

        for app in apps:
            assert 1 == told(app, speaking.ACTS, '{state="held"}')
            assert 1 == told(app, speaking.HALTS, '{kind="account"}')
            assert 0 == told(app, speaking.INCIDENTS_OPEN)


def test_a_publish_service_tells_whether_the_rules_can_be_asked(town: ScaledTown) -> None:
    """It asks OPA, and tells of each platform how many accounts wait for it."""
    with ExitStack() as stack:
        service = town.publish()
        stack.callback(service.stop)
        service.start()
        wait_until(lambda: told(service.app, machine.GAUGES_READ_TIMESTAMP) is not None)

        assert 1 == told(service.app, speaking.ENGINE_ANSWERS)
        assert 0 == told(service.app, speaking.SENDERS_WAITING, '{platform="house"}')
        assert told(service.app, speaking.ACTS, '{state="held"}') is None
