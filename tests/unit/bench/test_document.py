"""The results file: its shape, its stable order, and what of an earlier run it keeps."""

import json

from bench.document import FORMAT, document, entries
from tests.unit.bench.samples import MACHINE, OPEN, ORDER, RATE, SHARE, WAIT, measured


def names(found: dict[str, object]) -> list[str]:
    """Return the names of a document's figures in order."""
    figures = found["figures"]
    assert isinstance(figures, list)
    return [entry["name"] for entry in figures]


def test_an_entry_holds_all_that_is_known_of_a_figure() -> None:
    """Each figure stands with its aim, floor, mode and calibration, its keys in one order."""
    entry = entries(measured("throughput", SHARE))[0]

    assert [
        ("name", "share"),
        ("measurement", "throughput"),
        ("mode", "full"),
        ("value", None),
        ("unit", "of rate"),
        ("ratio", 0.5),
        ("aim", 0.7),
        ("floor", 0.55),
        ("better", "higher"),
        ("calibration", 0.25),
        ("load", 0.5),
        ("note", "how much"),
    ] == list(entry.items())


def test_numbers_keep_four_digits() -> None:
    """More digits than a measurement repeats would make every run a difference."""
    assert [5_123.0] == [entry["value"] for entry in entries(measured("throughput", RATE))]


def test_measurements_stand_in_their_order() -> None:
    """The file has the measurements in their own order, not in that of the run."""
    found = document([measured("start", OPEN), measured("throughput", RATE, SHARE)], MACHINE, ORDER)

    assert ["rate", "share", "open"] == names(found)


def test_what_was_not_measured_again_is_kept() -> None:
    """A run of one measurement leaves the others' figures as they were."""
    before = document([measured("throughput", RATE), measured("start", OPEN)], MACHINE, ORDER)

    found = document([measured("steady", WAIT)], MACHINE, ORDER, before)

    assert ["rate", "wait", "open"] == names(found)


def test_a_measurement_made_again_takes_the_place_of_the_old() -> None:
    """No figure of a measurement outlives its next run, even one that is not taken any more."""
    before = document([measured("throughput", RATE, SHARE)], MACHINE, ORDER)

    found = document([measured("throughput", RATE)], MACHINE, ORDER, before)

    assert ["rate"] == names(found)


def test_figures_of_another_machine_are_not_mixed_in() -> None:
    """Results from elsewhere are left out: they would be read as this machine's."""
    before = document([measured("start", OPEN)], {**MACHINE, "cores": 8}, ORDER)

    found = document([measured("throughput", RATE)], MACHINE, ORDER, before)

    assert ["rate"] == names(found)


def test_results_of_another_format_are_not_mixed_in() -> None:
    """A file that an older program wrote is begun anew."""
    before = document([measured("start", OPEN)], MACHINE, ORDER) | {"format": FORMAT + 1}

    assert ["rate"] == names(document([measured("throughput", RATE)], MACHINE, ORDER, before))


def test_a_measurement_that_is_no_more_goes() -> None:
    """Figures of a measurement that this program no longer makes are dropped."""
    before = document([measured("start", OPEN)], MACHINE, ORDER)

    found = document([measured("throughput", RATE)], MACHINE, ("throughput",), before)

    assert ["rate"] == names(found)


def test_a_document_outlives_its_file() -> None:
    """Written and read again, a document joins with new results as it did before."""
    before = document([measured("start", OPEN)], MACHINE, ORDER)

    found = document([], MACHINE, ORDER, json.loads(json.dumps(before)))

    assert before == found
