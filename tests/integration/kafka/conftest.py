"""What the tests of runners on a real broker share."""

from collections.abc import Iterator

import pytest

from services.runtime.scaled_settings import KafkaSettings
from tests.integration.kafka.runner_rig import Scene
from tests.postgres_server import fresh_database


@pytest.fixture
def scene(kafka: KafkaSettings, postgres_server: str) -> Iterator[Scene]:
    """Two topics and an empty database of the test's own."""
    scene = Scene(kafka, fresh_database(postgres_server))
    yield scene
    scene.close()
