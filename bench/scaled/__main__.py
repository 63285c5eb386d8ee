"""`python -m bench.scaled`: measures the scaled way on one broker, and fails below a floor."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import click

from bench.document import Measured, document
from bench.errors import MeasurementError
from bench.figures import Figure
from bench.file_results import read_results, results_text, say, write_results
from bench.progress import Say
from bench.scaled import pipeline, race
from bench.scaled.sizes import SCALED_FULL, SCALED_QUICK, ScaledSizes
from bench.system_calibration import calibrate
from bench.system_processes import load_average, machine_facts
from bench.table import table
from services.log_lines import write_log_lines
from tests.kafka_server import KafkaServer, kafka_jars

RESULTS: Final = Path(__file__).with_name("results.json")
EXIT_BELOW_FLOOR: Final = 1
EXIT_NOT_MEASURED: Final = 2
MEASUREMENTS: Final[dict[str, Callable[[KafkaServer, ScaledSizes, Say], tuple[Figure, ...]]]] = {
    "race": race.measure,
    "steady": pipeline.measure_steady,
    "outage": pipeline.measure_outage,
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(MEASUREMENTS)),
    help="Make this measurement alone; may be given again.",
)
@click.option("--quick", is_flag=True, help="Smaller sizes; writes no file.")
@click.option("--json", "as_json", is_flag=True, help="Show the results as JSON, not as a table.")
def main(*, only: tuple[str, ...], quick: bool, as_json: bool) -> None:
    """Measure the scaled way on this machine, with a broker of its own.

    Exits with 1 where a ratio is below its floor, with 2 where something could not be measured.
    """
    write_log_lines("error", "plain")
    jars = kafka_jars()
    if jars is None:
        click.echo("bench: there is no broker to start; `make kafka` fetches one", err=True)
        sys.exit(EXIT_NOT_MEASURED)
    sizes = SCALED_QUICK if quick else SCALED_FULL
    try:
        with KafkaServer(jars) as broker:
            results = [_measured(name, broker, sizes) for name in only or MEASUREMENTS]
    except MeasurementError as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(EXIT_NOT_MEASURED)
    before = None if quick else read_results(RESULTS)
    found = document(results, machine_facts(), list(MEASUREMENTS), before)
    if not quick:
        write_results(RESULTS, found)
    figures = [figure for measured in results for figure in measured.figures]
    click.echo(results_text(found) if as_json else table(figures), nl=not as_json)
    sys.exit(EXIT_BELOW_FLOOR if any(figure.below_floor for figure in figures) else 0)


def _measured(name: str, broker: KafkaServer, sizes: ScaledSizes) -> Measured:
    say(name, "calibrating")
    load, seconds = load_average(), calibrate()
    return Measured(
        name, sizes.mode, seconds, load, MEASUREMENTS[name](broker, sizes, partial(say, name))
    )


if __name__ == "__main__":
    main()
