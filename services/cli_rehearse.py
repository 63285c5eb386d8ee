"""`mercat policy rehearse`: what proposed rules would have made of what was decided lately."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from services.cli_options import folder_of, folder_option, json_option, keys_of
from services.runtime.errors import InputInvalidError

if TYPE_CHECKING:
    from services.policy.bundle import Bundle
    from services.policy.rehearsal import Sample
    from services.policy.rehearsal_document import Rehearsal
    from services.runtime.clock import Clock
    from services.settings import EnvironmentSettings

SHOWN_AFTER_SECONDS: Final = 2.0
SAMPLES_SHOWN: Final = 10
SINCE_DAYS_MAX: Final = 3_660
CHART_ENDINGS: Final = (".svg", ".html")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


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
    rehearsal = rehearsed_files(place, environment, proposed, since, clock)
    document = rehearsal_document(rehearsal)
    if chart is not None:
        _write_chart(chart, rehearsal)
    if as_json:
        click.echo(document.decode("ascii"))
        return
    for line in _lines(rehearsal):
        click.echo(line)
    click.echo(f"Digest of this rehearsal: {rehearsal_digest(document)}")


def rehearsed_files(
    folder: Path, environment: "EnvironmentSettings", proposed: "Bundle", since: str, clock: "Clock"
) -> "Rehearsal":
    """Return the rehearsal of proposed rules on a body's records since some time ago.

    Raises SettingsError, FolderError or StorageRefusedError where they cannot be read, and as
    `rehearse` of `services/policy/regopy_rehearsal.py` does.
    """
    from services.cli_audit_files import Unwritten
    from services.cli_store import store_of
    from services.policy.file_bundle import read_bundle
    from services.policy.regopy_rehearsal import Span, rehearse
    from services.policy.rehearser import Rehearsed
    from services.policy.rules_on_record import known_rules
    from services.policy.system_sealer import SubjectSealer
    from services.settings import read_body
    from services.store.file_installation import read_installation

    settings = read_body(folder, environment)
    zone = ZoneInfo(settings.body.zone)
    now = clock.now()
    with store_of(folder, environment) as store:
        installation = read_installation(store, keys_of(environment))
        known = known_rules(store, read_bundle())
        rehearsed = Rehearsed(
            before=known.in_force,
            after=proposed,
            earlier=known.earlier,
            own=settings.speaking.own,
            languages=tuple(settings.body.languages),
            zone=zone,
        )
        progress = _Progress(clock)
        try:
            return rehearse(
                store,
                SubjectSealer(installation, store, Unwritten()),
                rehearsed,
                Span(_since(since, now, zone), now),
                progress.show,
            )
        finally:
            progress.end()


def _since(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment from which on decisions are replayed."""
    count, unit = said[:-1], said[-1:]
    try:
        if unit in _UNITS and count.isascii() and count.isdigit():
            back = int(count) * _UNITS[unit]
        else:
            day = datetime.fromisoformat(said)
            back = now - (day if day.tzinfo else day.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputInvalidError(
            f"--since: {said!r} is no time; write 30d, 12h, 4w or a day such as 2026-03-01."
        ) from error
    if not timedelta(0) < back <= timedelta(days=SINCE_DAYS_MAX):
        raise InputInvalidError(
            f"--since: {said!r} is not in the last {SINCE_DAYS_MAX:,} days; name a time in them."
        )
    return now - back


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


class _Progress:
    """Shows at a terminal how far a rehearsal is, once it has taken longer than a moment."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._began_seconds = clock.elapsed_seconds()
        self._bar: Any = None

    def show(self, done: int, whole: int) -> None:
        """Take in that so many decisions of all are done."""
        elapsed_seconds = self._clock.elapsed_seconds() - self._began_seconds
        if elapsed_seconds < SHOWN_AFTER_SECONDS or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=whole, label="Rehearsing", file=sys.stderr)
        self._bar.update(max(0, min(done, whole) - self._bar.pos))

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None
