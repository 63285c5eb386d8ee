"""The settings under which Faust loses no event, and how it speaks to the cluster."""

import ssl
from typing import Any, Final

from services.runtime.scaled_settings import KafkaSettings

COMMIT_SECONDS: Final = 0.5
COMMIT_EVENTS: Final = 100
BUFFERED_EVENTS_MAX: Final = 256
REQUEST_SECONDS_MAX: Final = 30
SESSION_SECONDS: Final = 30.0
METADATA_SECONDS_MAX: Final = 10
HEARTBEATS_IN_SESSION: Final = 10


def app_options(
    kafka: KafkaSettings, *, stage: str, instance: str, session_seconds: float = SESSION_SECONDS
) -> dict[str, Any]:
    """Return the settings of a worker's app; each is said why where it is not plain.

    `instance` names this worker among its like and stays the same when it starts again: it then
    takes up its partitions without the others noticing. The group is that of every other runner
    of the stage, so that one goes on where another stopped.
    """
    return {
        "id": kafka.group(stage),
        "broker": [f"kafka://{server}" for server in kafka.servers],
        "broker_client_id": f"mercat-{stage}-{instance}",
        # Its transactions lose events on rebalances, and stop after hours.
        "processing_guarantee": "at_least_once",
        "broker_commit_interval": COMMIT_SECONDS,
        "broker_commit_every": COMMIT_EVENTS,
        "broker_session_timeout": session_seconds,
        "broker_heartbeat_interval": session_seconds / HEARTBEATS_IN_SESSION,
        "broker_request_timeout": max(REQUEST_SECONDS_MAX, session_seconds),
        "consumer_auto_offset_reset": "earliest",
        "consumer_group_instance_id": instance,
        # A broker that comes back knows its topics a moment late, and Faust shares out only those
        # it has heard of: it would wait for five minutes to hear again, without a partition.
        "consumer_metadata_max_age_ms": METADATA_SECONDS_MAX * 1_000,
        "producer_metadata_max_age_ms": METADATA_SECONDS_MAX * 1_000,
        "stream_buffer_maxsize": BUFFERED_EVENTS_MAX,
        "stream_wait_empty": True,
        # Its own producer sends nothing: answers go by the journal.
        "producer_acks": -1,
        # Topics are made beforehand; a leader is chosen by a topic of its own, and none is needed.
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "store": "memory://",
        "key_serializer": "raw",
        "value_serializer": "raw",
        # Its web server shows the contents of tables to whoever asks.
        "web_enabled": False,
        "autodiscover": False,
        "worker_redirect_stdouts": False,
    }


def tls_context(kafka: KafkaSettings) -> ssl.SSLContext | None:
    """Return what encrypts the connection, or None where settings do without.

    Raises OSError or ssl.SSLError where a certificate cannot be read.
    """
    if not kafka.security.endswith("ssl"):
        return None
    context = ssl.create_default_context(cafile=kafka.ca_file)
    if kafka.certificate_file is not None:
        context.load_cert_chain(kafka.certificate_file, kafka.key_file)
    return context
