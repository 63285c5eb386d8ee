"""What a verification of the audit says, for one entry and for many."""

import pytest

from services.policy.audit_report import report_told
from services.policy.audit_verify import Report


def sound(entries: int, chains: int) -> Report:
    """Return what is found where nothing is wrong."""
    return Report(
        faults=(),
        verified={f"chain-{number}": 1 for number in range(chains)},
        entries=entries,
        payloads_opened=entries,
        payloads_gone=0,
        one_officer=0,
        checkpoints=1,
        exported_number=None,
    )


@pytest.mark.parametrize(
    ("entries", "chains", "expected"),
    [
        (1, 1, "The audit verifies: nothing was changed in 1 entry of 1 chain."),
        (1_200, 3, "The audit verifies: nothing was changed in 1,200 entries of 3 chains."),
    ],
)
def test_a_sound_audit_says_how_much_was_looked_at(
    entries: int, chains: int, expected: str
) -> None:
    """The first sentence is whole with one entry as with many."""
    told = report_told(sound(entries, chains))

    assert told["sound"]
    assert str(told["sentence"]).startswith(expected)
