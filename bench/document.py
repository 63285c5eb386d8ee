"""The results as a document: figures with the machine and the calibration they hang on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.figures import Figure
from bench.plan import Mode

FORMAT: Final = 1
HEADLINE: Final = (
    "Absolute values hang on the machine: to compare two machines, multiply a rate by its "
    "calibration (seconds of fixed work) and divide a duration by it. Only ratios may fail."
)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one measurement, and how fast and how busy the machine was just before.

    `load` is how many processes wanted a core, on average over the last minute.
    """

    measurement: str
    mode: Mode
    calibration_seconds: float
    load: float
    figures: tuple[Figure, ...]


def entries(measured: Measured) -> list[Document]:
    """Return one entry a figure, its keys always in the same order."""
    return [
        {
            "name": figure.name,
            "measurement": measured.measurement,
            "mode": measured.mode,
            "value": _rounded(figure.value),
            "unit": figure.unit,
            "ratio": _rounded(figure.ratio),
            "aim": figure.aim,
            "floor": figure.floor,
            "better": figure.better,
            "calibration": _rounded(measured.calibration_seconds),
            "load": _rounded(measured.load),
            "note": figure.note,
        }
        for figure in measured.figures
    ]


def document(
    results: Sequence[Measured],
    machine: Mapping[str, Any],
    order: Sequence[str],
    before: Document | None = None,
) -> Document:
    """Return the whole document: measurements in their order, those not made now as they were.

    A document of another format, or of another machine, is not joined with.
    """
    kept: list[Document] = []
    if before and before.get("format") == FORMAT and before.get("machine") == dict(machine):
        again = {measured.measurement for measured in results}
        kept = [entry for entry in before["figures"] if entry["measurement"] not in again]
    found = kept + [entry for measured in results for entry in entries(measured)]
    known = [entry for entry in found if entry["measurement"] in order]
    known.sort(key=lambda entry: order.index(entry["measurement"]))
    return {"format": FORMAT, "about": HEADLINE, "machine": dict(machine), "figures": known}


def _rounded(number: float | None) -> float | None:
    """Return four digits that count: more would say that we measure finer than we do."""
    return None if number is None else float(f"{number:.4g}")
