"""Bells of a town over PostgreSQL: of several policy services one collects, none tells twice."""

from services.policy.bell_reading import START, BellReading
from tests.fakes import wait_until
from tests.integration.scaled_speaking.test_services import policy_at_work
from tests.scaled_town import ScaledTown

LONDON = "Europe/London"


def heard(town: ScaledTown, login: str) -> list[str]:
    """Return what somebody was told, as it stands in their inbox."""
    person_id = town.actor(login).person_id
    reading = BellReading(town.store, LONDON)
    return [bell.kind for bell in reading.inbox(person_id, unread=False, before=START, limit=99)]


def test_of_several_policy_services_one_collects_and_another_goes_on(town: ScaledTown) -> None:
    """What happened under the one, and under its successor, is each told once."""
    with policy_at_work(town) as first, policy_at_work(town) as second:
        town.do("halt", "otto", kind="everything", why="as a test")
        wait_until(lambda: "halt.placed" in heard(town, "bob") + heard(town, "gail"))
        first.stop()
        town.do("release", "gail", kind="everything", why="all is well")
        wait_until(lambda: "halt.release-asked" in heard(town, "dee"))
        assert second.crash() is None

    assert 1 == heard(town, "gail").count("halt.placed")
    assert 1 == heard(town, "dee").count("halt.release-asked")
    assert "halt.release-asked" not in heard(town, "gail")
