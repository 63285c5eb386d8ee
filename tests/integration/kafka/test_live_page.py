"""The console's live posts, from a topic of many partitions that other processes write to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.topics import POSTS_ROUTED
from services.console.live import PLACE_SEPARATOR
from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import wait_until
from tests.integration.kafka.scaled_body import ScaledBody
from tests.postgres_stores import emptied_database
from tests.service_process import Service

pytestmark = pytest.mark.scaled
TEXTS = {"A wire down in Mill Lane!", "Thanks for the lights."}
OPA_NOWHERE = "1"


@pytest.fixture
def body(tmp_path: Path, kafka: KafkaSettings, postgres_server: str) -> Iterator[ScaledBody]:
    """A body whose replay holds a few posts."""
    with ScaledBody(tmp_path, kafka, emptied_database(postgres_server)) as made:
        yield made


def live(console: Service, after: str = "") -> dict[str, Any]:
    """Return what the page would show after a place."""
    answer: dict[str, Any] = console.ask(f"/live.json{after and f'?after={after}'}").json()
    return answer


def test_what_route_gave_to_teams_is_shown_by_the_console(body: ScaledBody) -> None:
    """The newest of every partition are there, and a place after them holds none of them."""
    console = body.serve("console", MERCAT_OPA_PORT=OPA_NOWHERE)
    body.serve_all("kafka")
    body.await_routed(*TEXTS)

    wait_until(lambda: {item["text"] for item in live(console)["items"]} >= TEXTS)

    shown = live(console)
    places = shown["next"].split(PLACE_SEPARATOR)
    assert POSTS_ROUTED.partitions == len(places)
    assert sum(map(int, places)) >= len(shown["items"]) > len(TEXTS)
    later = live(console, shown["next"])["items"]
    assert [] == [item for item in later if item in shown["items"]]
    times = [item["at"] for item in shown["items"]]
    assert sorted(times) == times
    parts = {part["name"]: part for part in console.ready().json()["parts"]}
    assert (True, False) == (parts["live posts"]["working"], parts["rules"]["working"])
