"""`python -m bench`: measures, shows a table, and fails where a ratio is below its floor."""

import sys
from pathlib import Path
from typing import Final

import click

from bench.document import document
from bench.errors import MeasurementError
from bench.file_results import RESULTS, read_results, results_text, write_results
from bench.measurements import MEASUREMENTS, measured_apart
from bench.plan import FULL, LONG, QUICK
from bench.system_processes import machine_facts
from bench.table import table

EXIT_BELOW_FLOOR: Final = 1
EXIT_NOT_MEASURED: Final = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(MEASUREMENTS)),
    help="Make this measurement alone; may be given again.",
)
@click.option("--quick", is_flag=True, help="Smaller sizes; writes no file unless --out names one.")
@click.option("--long", "long_run", is_flag=True, help="A million posts, a storm of ten minutes.")
@click.option("--json", "as_json", is_flag=True, help="Show the results as JSON, not as a table.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Where results go; bench/{RESULTS.name} unless --quick.",
)
def main(
    *, only: tuple[str, ...], quick: bool, long_run: bool, as_json: bool, out: Path | None
) -> None:
    """Measure Mercat on this machine.

    What is measured now takes its place in the results file; what is not stays as it was. Exits
    with 1 where a ratio is below its floor, with 2 where something could not be measured.
    """
    if quick and long_run:
        raise click.UsageError("--quick and --long exclude each other")
    sizes = QUICK if quick else LONG if long_run else FULL
    try:
        results = [measured_apart(name, sizes) for name in only or MEASUREMENTS]
    except MeasurementError as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(EXIT_NOT_MEASURED)
    path = out or (None if quick else RESULTS)
    before = read_results(path) if path else None
    found = document(results, machine_facts(), list(MEASUREMENTS), before)
    if path:
        write_results(path, found)
    figures = [figure for measured in results for figure in measured.figures]
    click.echo(results_text(found) if as_json else table(figures), nl=not as_json)
    sys.exit(EXIT_BELOW_FLOOR if any(figure.below_floor for figure in figures) else 0)


if __name__ == "__main__":
    main()
