"""Where spans go: nowhere, unless the settings or the environment name an OTLP receiver."""

import os
import socket
from importlib import import_module, metadata
from typing import Final

from services.runtime.errors import SettingsError
from services.runtime.tracing import NO_TRACING, Tracing
from services.settings import BodySettings, EnvironmentSettings

ENDPOINT_VARIABLES: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""What OpenTelemetry itself calls them: https://opentelemetry.io/docs/specs/otel/protocol/exporter/"""


def tracing_of(settings: BodySettings, environment: EnvironmentSettings, service: str) -> Tracing:
    """Return where the spans of a process go; close it last.

    The environment's address goes before the settings'. Raises SettingsError where an address is
    named and the extra is not installed.
    """
    given = any(os.environ.get(name) for name in ENDPOINT_VARIABLES)
    endpoint = settings.tracing.endpoint
    if not given and endpoint is None:
        return NO_TRACING
    try:
        otel = import_module("services.runtime.otel_tracing")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("opentelemetry"):
            raise
        raise SettingsError(
            "traces are to be sent and the package opentelemetry-sdk is not installed; install "
            f"mercat with its extra otel, or unset tracing.endpoint and {ENDPOINT_VARIABLES[0]}"
        ) from error
    tracing: Tracing = otel.OtelTracing(
        None if given else endpoint,
        ratio=settings.tracing.ratio,
        service=service,
        instance=environment.instance or socket.gethostname(),
        version=metadata.version("mercat"),
    )
    return tracing
