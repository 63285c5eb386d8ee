"""Settings of the scaled way: where Kafka, PostgreSQL and OPA are, and how each is spoken to."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

PORT_MAX: Final = 65_535

_SECTION: Final = ConfigDict(frozen=True, extra="forbid")
Port = Annotated[int, Field(ge=1, le=PORT_MAX)]
Place = Annotated[str, Field(min_length=1, max_length=1_024)]
SecretName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
"""The name of a file in the keys folder: no secret stands in `mercat.yaml`."""


class KafkaSettings(BaseModel):
    """The Kafka cluster, and how its topics are kept.

    `prefix` stands before every topic and consumer group, so that several bodies may share one
    cluster. `sasl_` protocols need `username` and `password`, the latter by its secret's name.
    """

    model_config = _SECTION

    servers: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[^\s,/]+:\d{1,5}$", max_length=260)], ...],
        Field(min_length=1, max_length=20),
    ] = ("127.0.0.1:9092",)
    security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    username: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    password: SecretName | None = None
    ca_file: Place | None = None
    certificate_file: Place | None = None
    key_file: Place | None = None
    prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}\.$")] | None = None
    replicas: Annotated[int, Field(ge=1, le=7)] = 3
    replicas_in_sync_min: Annotated[int, Field(ge=1, le=7)] = 2

    @model_validator(mode="after")
    def _agrees(self) -> "KafkaSettings":
        if self.replicas_in_sync_min > self.replicas:
            raise ValueError("replicas_in_sync_min is more than replicas; lower it")
        if self.security.startswith("sasl") and not (self.username and self.password):
            raise ValueError(f"security {self.security} needs username and password; name both")
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file belong together; name both or neither")
        return self

    def topic(self, name: str) -> str:
        """Return a declared topic's name on this cluster."""
        return f"{self.prefix or ''}{name}"

    def group(self, stage: str) -> str:
        """Return the consumer group of a stage on this cluster."""
        return self.topic(f"mercat.{stage}")


class PostgresSettings(BaseModel):
    """The PostgreSQL database; `address` is a libpq URL without its password."""

    model_config = _SECTION

    address: Annotated[str, Field(pattern=r"^postgres(ql)?://[^\s]+$", max_length=1_024)] = (
        "postgresql://mercat@127.0.0.1:5432/mercat"
    )
    password: SecretName | None = None
    connections_max: Annotated[int, Field(ge=4, le=100)] = 12


class OpaSettings(BaseModel):
    """The OPA server beside each service that asks it: always on this machine's own address."""

    model_config = _SECTION

    port: Port = 8181


class ServiceSettings(BaseModel):
    """Where a service answers for `/metrics`, `/healthz`, `/readyz` and what else it serves."""

    model_config = _SECTION

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=PORT_MAX)] = 8490
    stuck_seconds_max: Annotated[float, Field(ge=5, le=3_600)] = 120.0


class ScaledSettings(BaseModel):
    """Everything the scaled way needs beside what the embedded way has."""

    model_config = _SECTION

    kafka: KafkaSettings = KafkaSettings()
    postgres: PostgresSettings = PostgresSettings()
    opa: OpaSettings = OpaSettings()
    service: ServiceSettings = ServiceSettings()
