"""A broker as the overlays describe it: everybody shows a certificate, and has their own rights."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from services.log.kafka_client import client_options
from services.runtime.scaled_settings import KafkaSettings
from tests.deploy.certificates import Authority
from tests.deploy.places import K8S, Manifest, documents
from tests.kafka_server import KafkaServer

COMPONENTS: Final = ("kafka-strimzi/users.yaml", "scaling/lag.yaml")
RESOURCES: Final = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "cluster": ResourceType.BROKER,
}
CLUSTER: Final = "kafka-cluster"


def users() -> Mapping[str, Manifest]:
    """Return every KafkaUser of the components, by name."""
    found = [
        each
        for place in COMPONENTS
        for each in documents((K8S / "components" / place).read_text(encoding="utf-8"))
    ]
    return {each["metadata"]["name"]: each for each in found if each["kind"] == "KafkaUser"}


def rights(user: Manifest) -> Iterator[AclBinding]:
    """Yield what Kafka is told of a user, as the operator would tell it."""
    for rule in user["spec"]["authorization"]["acls"]:
        resource = rule["resource"]
        is_prefix = resource.get("patternType") == "prefix"
        for operation in rule["operations"]:
            yield AclBinding(
                RESOURCES[resource["type"]],
                resource.get("name", CLUSTER),
                ResourcePatternType.PREFIXED if is_prefix else ResourcePatternType.LITERAL,
                f"User:{user['metadata']['name']}",
                "*",
                AclOperation[_constant(operation)],
                AclPermissionType.ALLOW,
            )


def _constant(operation: str) -> str:
    """Return the client's name of an operation: DescribeConfigs is DESCRIBE_CONFIGS."""
    return "".join(f"_{each}" if each.isupper() else each for each in operation)[1:].upper()


class ClosedKafka:
    """The broker's address for those with a certificate, and each user's settings and client."""

    def __init__(self, servers: str, authority: Authority, names: Sequence[str]) -> None:
        self._servers = servers
        self._authority = authority
        self._files = {name: authority.signed(name) for name in names}

    def settings(self, user: str) -> KafkaSettings:
        """Return the settings of a service that is this user."""
        certificate, key = self._files[user]
        return KafkaSettings(
            servers=(self._servers,),
            security="ssl",
            ca_file=str(self._authority.file),
            certificate_file=str(certificate),
            key_file=str(key),
            replicas=1,
            replicas_in_sync_min=1,
        )

    def client(self, user: str) -> dict[str, Any]:
        """Return the options of a client that is this user."""
        return client_options(self.settings(user), None, "tests")


@contextmanager
def closed_kafka(jars: Path, folder: Path) -> Iterator[ClosedKafka]:
    """Start a broker with every user's rights; whoever is none of them may do nothing."""
    authority = Authority(folder)
    certificate, key = authority.signed("broker")
    both = folder / "broker.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    options = {
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SSL",
        "ssl.client.auth": "required",
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.file),
        "ssl.principal.mapping.rules": "RULE:^CN=(.*)$/$1/",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        # Who comes in the clear is the broker itself, and the test that sets the rights.
        "super.users": "User:ANONYMOUS",
    }
    told = users()
    with KafkaServer(jars, options=options, certificate=both) as server:
        admin = AdminClient({"bootstrap.servers": server.servers, "log_level": 0})
        wanted = [right for user in told.values() for right in rights(user)]
        for made in admin.create_acls(wanted, request_timeout=30).values():
            made.result(30)
        yield ClosedKafka(server.secure_servers, authority, list(told))
