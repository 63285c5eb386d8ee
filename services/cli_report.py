"""`mercat report month`: what a month came to, as a page, as tables, and as JSON."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from services.cli_options import folder_of, folder_option, json_option, write_json
from services.cli_progress import Progress
from services.cli_store import store_of
from services.runtime.errors import InputInvalidError, RejectError, RetryLaterError
from services.settings import BodySettings, EnvironmentSettings, read_body

if TYPE_CHECKING:
    from services.monthly.costs import CostTerms
    from services.runtime.clock import Clock
    from services.runtime.ports import Store

PAGE: Final = "index.html"
MONEY: Final = click.FloatRange(min=0, max=1e9, min_open=True)


@click.group()
def report() -> None:
    """Tell what came of a month."""


@report.command()
@click.argument("named", metavar="[MONTH]", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A new folder, or an empty one, for the page and the tables.",
)
@click.option("--hour-cost", type=MONEY, help="What an hour of staff costs, all in all.")
@click.option(
    "--minutes-per-answer",
    help="Minutes for one answer: one figure, or low, middle and high (5,10,20, the assumption).",
)
@click.option("--running-cost", type=MONEY, help="What running Mercat costs in a month.")
@click.option("--call-cost", type=MONEY, help="What a call costs the body, to compare with.")
@click.option("--currency", default="", help="What the amounts are in: GBP, EUR …")
@folder_option
@json_option
def month(
    named: str | None, out: Path, folder: Path | None, *, as_json: bool, **costs: Any
) -> None:
    """Write what a MONTH came to, such as 2026-10: by default the last whole one.

    It reads the data, whether Mercat runs or not, and changes nothing. The page stands alone and
    names nobody; the tables hold the same figures.
    """
    from services.runtime.system_clock import SystemClock

    folder, environment = folder_of(folder)
    settings = read_body(folder, environment)
    _refuse_taken(out)
    terms = _terms(**costs)
    figures = _figures(folder, environment, settings, named, terms, SystemClock())
    _write(out, figures)
    if as_json:
        write_json(figures)
        return
    _tell(figures, out)


def _figures(
    folder: Path,
    environment: EnvironmentSettings,
    settings: BodySettings,
    named: str | None,
    terms: "CostTerms",
    clock: "Clock",
) -> Mapping[str, Any]:
    from services.monthly.period import period_of
    from services.monthly.reading import Scope, month_figures
    from services.runtime.clock import to_epoch_ms

    zone = ZoneInfo(settings.body.zone)
    period = period_of(named, clock.now(), zone)
    progress = Progress(clock, "Counting")
    with store_of(folder, environment) as store:
        scope = Scope(
            body=settings.body.name,
            period=period,
            now_ms=to_epoch_ms(clock.now()),
            terms=terms,
            teams={team.id: team.name for team in settings.routing.teams},
            contact_logs=[each.name for each in settings.sources if each.kind == "contact-log"],
            rules=_rules(store, zone, clock),
        )
        try:
            return month_figures(store, scope, progress.show)
        finally:
            progress.end()


def _rules(store: "Store", zone: ZoneInfo, clock: "Clock") -> Mapping[str, Mapping[str, str]]:
    """Return what the public reads of each rule; nothing where none are in force yet."""
    from services.policy.file_rule_set import delivered_data
    from services.policy.rules_in_public import RulesInPublic

    try:
        told = RulesInPublic(store, zone, clock.now, clock.elapsed_seconds, delivered_data()).told()
    except RetryLaterError:
        # The figures are of use without the words.
        return {}
    return {rule["id"]: rule for group in told["groups"] for rule in group["rules"]}


def _terms(
    *, minutes_per_answer: str | None, currency: str, **amounts: float | None
) -> "CostTerms":
    from services.monthly.costs import CURRENCY_LENGTH_MAX, CostTerms, minutes_of

    if len(currency) > CURRENCY_LENGTH_MAX:
        raise InputInvalidError(f"{currency!r} is no currency; write GBP, EUR or the like.")
    return CostTerms(minutes=minutes_of(minutes_per_answer), currency=currency, **amounts)


def _refuse_taken(out: Path) -> None:
    """Raise RejectError where something lies in a folder: an old table must not pass for a new."""
    if out.is_dir() and any(out.iterdir()):
        raise RejectError(f"{out} holds something already; name a new folder")


def _write(out: Path, figures: Mapping[str, Any]) -> None:
    from services.monthly.page import month_page
    from services.monthly.tables import month_files

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in (*month_files(figures), (PAGE, month_page(figures))):
            (out / name).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise InputInvalidError(f"{out}: cannot be written ({error.strerror}).") from error


def _tell(figures: Mapping[str, Any], out: Path) -> None:
    from services.monthly.saying import month_said, summary
    from services.reading.plain_text import plain

    click.echo(f"{plain(figures['body'])}, {month_said(figures['month'])}")
    for sentence in summary(figures):
        click.echo(f"  {sentence}")
    click.echo(f"Written to {out}: open {out / PAGE} in a browser.")
