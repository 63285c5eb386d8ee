"""Where spans go by settings and environment, and what is said where they cannot."""

import sys
from pathlib import Path

import pytest

from services.bootstrap_tracing import ENDPOINT_VARIABLES, tracing_of
from services.runtime.errors import SettingsError
from services.runtime.tracing import NO_TRACING, Span
from services.settings import BodySettings, EnvironmentSettings, read_body
from tests.folders import make_folder
from tests.otlp_server import OtlpServer

EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
ADAPTER = "services.runtime.otel_tracing"
HERE = EnvironmentSettings(instance="here")


@pytest.fixture(autouse=True)
def _no_receiver_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENDPOINT_VARIABLES:
        monkeypatch.delenv(name, raising=False)


def settings_with(folder: Path, tracing: str) -> BodySettings:
    """Return a body's settings with a section on tracing."""
    made = make_folder(folder / "body")
    path = made / "mercat.yaml"
    path.write_text(f"{path.read_text('utf-8')}tracing: {tracing}\n", "utf-8")
    return read_body(made, HERE)


def test_without_an_address_spans_go_nowhere(tmp_path: Path) -> None:
    """A share alone turns nothing on."""
    assert tracing_of(settings_with(tmp_path, "{ratio: 1.0}"), HERE, "mercat") is NO_TRACING


def test_the_settings_name_a_receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's goes before them."""
    with OtlpServer() as named, OtlpServer() as told:
        settings = settings_with(tmp_path, f"{{endpoint: '{named.address}', ratio: 1.0}}")
        tell(settings, "first")
        monkeypatch.setenv(ENDPOINT_VARIABLES[0], told.address)
        tell(settings, "second")

    assert ["first"] == [span.name for span in named.spans]
    assert ["second"] == [span.name for span in told.spans]


def tell(settings: BodySettings, name: str) -> None:
    """Tell of one span."""
    tracing = tracing_of(settings, HERE, "mercat")
    tracing.ended(Span(name=name, trace_id="a1" * 16, seconds=0.0))
    tracing.close()


def test_an_extra_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for traces learns what to install."""
    settings = settings_with(tmp_path, "{endpoint: 'http://127.0.0.1:4318'}")
    monkeypatch.delitem(sys.modules, ADAPTER, raising=False)
    monkeypatch.setitem(sys.modules, EXPORTER, None)

    with pytest.raises(SettingsError, match="with its extra otel"):
        tracing_of(settings, HERE, "mercat")


@pytest.mark.parametrize("value", ["{endpoint: 'localhost:4318'}", "{ratio: 2}", "{rate: 1}"])
def test_settings_that_cannot_be_are_refused(tmp_path: Path, value: str) -> None:
    """The file and the key are named."""
    with pytest.raises(SettingsError, match=r"mercat\.yaml"):
        settings_with(tmp_path, value)
