"""How clients are set up, and what their errors mean for whoever called."""

import pytest
from confluent_kafka import KafkaError, Producer

from services.log.kafka_client import Heard, client_options, error_of, made, producer_options
from services.runtime.errors import (
    LogUnavailableError,
    MercatError,
    SettingsError,
    StateConflictError,
)
from services.runtime.scaled_settings import KafkaSettings

REFUSED = KafkaError(KafkaError._AUTHENTICATION, "wrong password")
BROKEN_LINE = KafkaError(KafkaError._TRANSPORT, "connection refused")
NOBODY = KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (KafkaError._TRANSPORT, LogUnavailableError),
        (KafkaError.NOT_ENOUGH_REPLICAS, LogUnavailableError),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, SettingsError),
        (KafkaError._SSL, SettingsError),
        (KafkaError.UNKNOWN_TOPIC_OR_PART, SettingsError),
        (KafkaError.OFFSET_OUT_OF_RANGE, StateConflictError),
    ],
)
def test_an_error_says_what_its_caller_does_next(code: int, kind: type[MercatError]) -> None:
    """Wait for what passes, stop for what does not."""
    error = error_of(KafkaError(code), "an event")

    assert isinstance(error, kind)
    assert "Kafka did not take an event" in str(error)


def test_a_missing_topic_names_its_cure() -> None:
    """Topics do not come into being by themselves."""
    assert "mercat topics apply" in str(error_of(KafkaError(KafkaError._UNKNOWN_TOPIC), "it"))


def test_a_call_that_took_too_long_is_told_by_what_was_heard() -> None:
    """A client that is refused goes on trying: without its word it would look like an outage."""
    heard = Heard()
    before = heard.failure(None, "an event")
    heard(REFUSED)
    heard(NOBODY)

    assert isinstance(before, LogUnavailableError)
    assert isinstance(heard.failure(None, "an event"), SettingsError)
    assert isinstance(heard.failure(BROKEN_LINE, "an event"), SettingsError)


@pytest.mark.parametrize("how", ["a line breaks", "an answer comes"])
def test_a_refusal_is_forgotten_once(how: str) -> None:
    """A broker that ends while it greets us says no, and means nothing by it."""
    heard = Heard()
    heard(REFUSED)
    if how == "a line breaks":
        heard(BROKEN_LINE)
    else:
        heard.went_well()

    assert isinstance(heard.failure(None, "an event"), LogUnavailableError)
    assert not heard.refused


def test_signing_in_and_certificates_are_handed_on() -> None:
    """What the settings say is what the client is told, the password from its secret."""
    kafka = KafkaSettings(
        security="sasl_ssl",
        username="mercat",
        password="kafka-password",
        ca_file="ca.pem",
        certificate_file="us.pem",
        key_file="us.key",
    )

    options = client_options(kafka, "an invented secret", "mercat-relay-1")

    assert ("SCRAM-SHA-512", "mercat", "an invented secret") == (
        options["sasl.mechanism"],
        options["sasl.username"],
        options["sasl.password"],
    )
    assert ["ca.pem", "us.pem", "us.key"] == [
        options[f"ssl.{name}.location"] for name in ("ca", "certificate", "key")
    ]


def test_a_plain_cluster_is_told_no_secrets() -> None:
    """Settings that are not needed are not sent."""
    options = client_options(KafkaSettings(), None, "mercat-relay-1")

    assert not [name for name in options if name.startswith(("sasl.", "ssl."))]


def test_a_producer_neither_loses_nor_doubles_nor_reorders() -> None:
    """The three settings that say so, whatever a client was told."""
    options = producer_options({"acks": "0", "partitioner": "random"})

    assert (True, "all", "murmur2_random") == (
        options["enable.idempotence"],
        options["acks"],
        options["partitioner"],
    )


def test_a_client_that_cannot_be_set_up_is_a_wrong_setting() -> None:
    """A certificate that is not there is said at the start, by its name."""
    options = {"security.protocol": "ssl", "ssl.ca.location": "nowhere/ca.pem"}

    with pytest.raises(SettingsError, match=r"scaled\.kafka"):
        made(Producer, options, Heard())
