"""Says in a few sentences what a verification of the audit found, and what it could not know."""

from collections.abc import Mapping
from typing import Any, Final

from services.policy.audit_checkpoints import Exported
from services.policy.audit_verify import Report
from services.runtime.clock import from_epoch_ms
from services.runtime.counting import counted
from services.store.chain import entry_id

CHECKPOINTS: Final = "checkpoints"
FAULTS_MAX: Final = 100


def report_told(report: Report, exported: Exported | None = None) -> Mapping[str, Any]:
    """Return a report as plain JSON: `sound`, `sentence`, `entries`, `first_bad`, `faults`.

    `exported` is what it was held against.
    """
    first = report.first
    checkpoints = () if exported is None else exported.checkpoints
    exported_at_ms = checkpoints[-1].at_ms if checkpoints else None
    return {
        "sound": report.sound,
        "sentence": _sentence(report, exported_at_ms),
        "entries": report.entries,
        "first_bad": None if first is None else _place(first.place, first.sequence),
        "faults": [
            {"place": _place(fault.place, fault.sequence), "sentence": fault.sentence}
            for fault in report.faults[:FAULTS_MAX]
        ],
        "verified": dict(report.verified),
        "payloads_opened": report.payloads_opened,
        "payloads_gone": report.payloads_gone,
        "one_officer": report.one_officer,
        "checkpoints": report.checkpoints,
        "exported_checkpoint": report.exported_number,
    }


def _place(place: str, sequence: int | None) -> str:
    return place if sequence is None else entry_id(place, sequence)


def _sentence(report: Report, exported_at_ms: int | None) -> str:
    if report.first is not None:
        more = len(report.faults) - 1
        rest = f" {more} more places are wrong, too." if more > 1 else ""
        rest = " One more place is wrong, too." if more == 1 else rest
        return f"The audit does NOT verify. {report.first.sentence}{rest}"
    entries = counted(report.entries, "entry", "entries")
    chains = counted(len(report.verified), "chain")
    said = [f"The audit verifies: nothing was changed in {entries} of {chains}."]
    if report.payloads_gone:
        said.append(
            f"The words of {report.payloads_gone:,} are gone, each by an erasure or a retention "
            "that is on record."
        )
    if report.one_officer:
        said.append(f"{report.one_officer:,} are marked: one officer acted alone.")
    if report.exported_number is None:
        said.append(
            "They were held against nothing that is kept elsewhere, so an end cut off, or a record "
            "written anew from the start, would not show: name exported checkpoints to see that."
        )
    else:
        at = "" if exported_at_ms is None else f" of {_moment(exported_at_ms)}"
        said.append(f"They agree with exported checkpoint {report.exported_number}{at}.")
    return " ".join(said)


def _moment(at_ms: int) -> str:
    return f"{from_epoch_ms(at_ms):%d %B %Y, %H:%M} UTC"
