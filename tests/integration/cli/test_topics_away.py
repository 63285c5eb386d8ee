"""`mercat topics apply` where Kafka cannot be asked."""

from pathlib import Path

import pytest

from services.log.kafka_topics import KafkaTopics
from services.runtime.errors import LogUnavailableError
from tests.folders import make_folder
from tests.mercat_process import call


def test_a_cluster_that_is_away_is_named_with_where_its_place_is_set(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command may succeed later, and names the brokers it asked and their setting."""

    def away(*_: object) -> None:
        raise LogUnavailableError("Kafka did not take a question: timed out")

    monkeypatch.setattr(KafkaTopics, "found", away)
    folder = make_folder(tmp_path / "body")

    ended = call(
        "topics",
        "apply",
        "--yes",
        "--folder",
        folder,
        env={**env, "MERCAT_KAFKA_SERVERS": "192.0.2.7:9092"},
    )

    assert 75 == ended.code
    assert "start the brokers at 192.0.2.7:9092, or say in scaled.kafka.servers" in ended.err
