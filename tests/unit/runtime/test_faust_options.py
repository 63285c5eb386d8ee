"""The settings under which Faust loses no event."""

import ssl
from pathlib import Path

import pytest

from services.runtime.faust_options import app_options, tls_context
from services.runtime.scaled_settings import KafkaSettings


def test_a_worker_is_set_up_so_that_faust_loses_nothing() -> None:
    """Each of these was the cause of a loss, or hid one, at its default or otherwise."""
    options = app_options(KafkaSettings(), stage="classify", instance="c-0")

    assert {
        "processing_guarantee": "at_least_once",
        "broker_commit_interval": 0.5,
        "broker_commit_every": 100,
        "stream_buffer_maxsize": 256,
        "stream_wait_empty": True,
        "consumer_auto_offset_reset": "earliest",
        "consumer_group_instance_id": "c-0",
        "producer_acks": -1,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "store": "memory://",
        "key_serializer": "raw",
        "value_serializer": "raw",
        "web_enabled": False,
    }.items() <= options.items()


def test_a_worker_is_of_the_group_that_every_runner_of_its_stage_is_of() -> None:
    """So that one runner goes on where another committed."""
    kafka = KafkaSettings(servers=("a.example:9092", "b.example:9093"), prefix="leith.")

    options = app_options(kafka, stage="classify", instance="c-0")

    assert kafka.group("classify") == options["id"]
    assert ["kafka://a.example:9092", "kafka://b.example:9093"] == options["broker"]


def test_a_broker_that_is_gone_is_noticed_within_half_a_minute() -> None:
    """Faust's own default is twenty minutes, and no request may be shorter than a session."""
    options = app_options(KafkaSettings(), stage="s", instance="i", session_seconds=45.0)

    assert options["broker_session_timeout"] == 45.0
    assert options["broker_request_timeout"] == 45.0
    assert options["broker_heartbeat_interval"] == 4.5


def test_no_encryption_is_set_up_where_settings_ask_for_none() -> None:
    """A password over plain text is the settings' choice."""
    kafka = KafkaSettings(security="sasl_plaintext", username="u", password="kafka-password")

    assert tls_context(KafkaSettings()) is None
    assert tls_context(kafka) is None


def test_encryption_checks_the_broker_s_name_and_certificate() -> None:
    """Nothing turns the checks off."""
    context = tls_context(KafkaSettings(security="ssl"))

    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_certificate_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A worker does not fall back to an unchecked connection."""
    kafka = KafkaSettings(security="ssl", ca_file=str(tmp_path / "none.pem"))

    with pytest.raises(FileNotFoundError):
        tls_context(kafka)
