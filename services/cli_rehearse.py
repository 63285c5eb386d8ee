"""`mercat policy rehearse`: what proposed rules would have made of what was decided lately."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from services.cli_options import folder_of, folder_option, json_option, keys_of
from services.cli_progress import Progress
from services.runtime.errors import InputInvalidError

if TYPE_CHECKING:
    from services.policy.rehearsal import Sample
    from services.policy.rehearsal_document import Rehearsal

SAMPLES_SHOWN: Final = 10
CHART_ENDINGS: Final = (".svg", ".html")


@click.command()
@click.argument("work", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--since",
    default="30d",
    show_default=True,
    help="From when on: so many hours, days or weeks ago (12h, 30d, 4w), or a day (2026-03-01).",
)
@click.option(
    "--chart",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a picture (.svg), or a page with all of it (.html), into this file.",
)
@folder_option
@json_option
def rehearse(
    work: Path, since: str, chart: Path | None, folder: Path | None, *, as_json: bool
) -> None:
    """Replay what was decided, by the rules in the folder WORK, and say what would change.

    It reads the records, whether Mercat runs or not, and changes nothing.
    """
    from services.bootstrap_rehearsal import rehearsed_files
    from services.log_lines import write_log_lines
    from services.policy.file_rule_set import read_rule_set
    from services.policy.rehearsal_document import rehearsal_digest, rehearsal_document
    from services.runtime.system_clock import SystemClock

    place, environment = folder_of(folder)
    if chart is not None and chart.suffix not in CHART_ENDINGS:
        raise InputInvalidError(f"{chart}: a chart's file ends in {' or '.join(CHART_ENDINGS)}.")
    write_log_lines("error", environment.log_format)
    clock = SystemClock()
    proposed = read_rule_set(work).bundle
    progress = Progress(clock, "Rehearsing")
    try:
        rehearsal = rehearsed_files(
            place, environment, keys_of(environment), proposed, since, progress.show, clock
        )
    finally:
        progress.end()
    document = rehearsal_document(rehearsal)
    if chart is not None:
        _write_chart(chart, rehearsal)
    if as_json:
        click.echo(document.decode("ascii"))
        return
    for line in _lines(rehearsal):
        click.echo(line)
    click.echo(f"Digest of this rehearsal: {rehearsal_digest(document)}")


def _write_chart(file: Path, rehearsal: "Rehearsal") -> None:
    from services.policy.rehearsal_chart import chart_svg, page_html

    drawn = chart_svg(rehearsal) if file.suffix == ".svg" else page_html(rehearsal)
    try:
        file.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise InputInvalidError(f"{file}: cannot be written ({error.strerror}).") from error


def _lines(rehearsal: "Rehearsal") -> list[str]:
    from services.policy.rehearsal_document import summary

    plan = rehearsal.plan
    lines = list(summary(rehearsal))
    asked = ", ".join(plan.run) or "none"
    lines.append(f"Rules asked again: {asked}. Kept as recorded: {rehearsal.kept:,}.")
    if plan.lists:
        lines.append(f"Words read anew by the lists: {', '.join(plan.lists)}.")
    for sample in rehearsal.samples[:SAMPLES_SHOWN]:
        lines.extend(_sample_lines(sample))
    more = len(rehearsal.samples) - SAMPLES_SHOWN
    if more > 0:
        lines.append(f"{more:,} more samples: --json, or --chart FILE.html, has them.")
    return lines


def _sample_lines(sample: "Sample") -> list[str]:
    from services.reading.plain_text import plain
    from services.runtime.clock import from_epoch_ms

    when = from_epoch_ms(sample.judged_at_ms).strftime("%Y-%m-%d %H:%M")
    lines = [
        "",
        f"{when}  act {sample.act_id} as {sample.account} ({sample.phase}): {sample.before} before,"
        f" {sample.after} now",
    ]
    if sample.words:
        lines.append(f"    “{plain(sample.words)}”")
    for said, reasons in (("before", sample.reasons_before), ("now", sample.reasons_after)):
        lines.extend(
            f"    {said}: {plain(str(each['sentence']))} ({each['rule']}, {each['severity']})"
            for each in reasons
        )
    return lines
