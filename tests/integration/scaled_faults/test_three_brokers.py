"""Three brokers, each killed in its turn while posts come in: two in step are enough."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from services.log.kafka_client import client_options
from services.runtime.scaled_settings import KafkaSettings
from tests.integration.kafka.scaled_body import WEBHOOK, ScaledBody
from tests.integration.scaled_faults.conftest import Grounds, jars
from tests.integration.scaled_faults.living import Living, until
from tests.kafka_server import KafkaCluster, fresh_prefix
from tests.postgres_server import fresh_database

pytestmark = pytest.mark.scaled


@pytest.fixture
def cluster() -> Iterator[KafkaCluster]:
    """Three brokers of one cluster."""
    with KafkaCluster(jars()) as made:
        yield made


@pytest.fixture
def on_three(cluster: KafkaCluster, grounds: Grounds, tmp_path: Path) -> Iterator[Living]:
    """A body whose topics lie on all three, two of which are to have each event."""
    kafka = KafkaSettings(
        servers=tuple(cluster.servers.split(",")),
        prefix=fresh_prefix(),
        replicas=3,
        replicas_in_sync_min=2,
    )
    address = fresh_database(grounds.postgres.address)
    with ScaledBody(tmp_path, kafka, address, rows=(), sources=(WEBHOOK,)) as body:
        yield Living(body)


def in_step(living: Living) -> bool:
    """Return whether every broker is in step in every partition of the body's."""
    admin = AdminClient(client_options(living.body.kafka, None, "test"))
    try:
        topics = admin.list_topics(timeout=10).topics
    except KafkaException:
        return False
    ours = [topics[living.body.kafka.topic(name)] for name in living.body.topics]
    return all(
        len(partition.isrs) == living.body.kafka.replicas
        for topic in ours
        for partition in topic.partitions.values()
    )


def test_brokers_killed_one_after_the_other_cost_repeats_at_most(
    on_three: Living, cluster: KafkaCluster
) -> None:
    """Each comes back before the next goes; posts go on while one is away."""
    on_three.at_work()

    with on_three.feeder:
        for broker in cluster.brokers:
            on_three.fed(30)
            broker.kill()
            on_three.fed(30)
            broker.restart()
            until(lambda: in_step(on_three), "the broker is in step again")
    on_three.settle()

    assert [] == on_three.breaches()
