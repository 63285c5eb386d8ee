"""`mercat takeover report|publish-report|withdraw-report`: what came of a slot."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.reading.plain_text import plain, wrapped
from services.runtime.counting import counted

takeover_argument = click.argument("takeover_id", metavar="TAKEOVER")


@click.command()
@takeover_argument
@speaking_options
def report(takeover_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show what came of a takeover, once it has ended."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/reports/{takeover_id}").told
    if as_json:
        write_json(told)
        return
    click.echo("\n".join(_lines(told)))


@click.command("publish-report")
@takeover_argument
@click.option("--thanks", help="A word of thanks that stands on the page.")
@speaking_options
def publish_report(
    takeover_id: str,
    thanks: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Put the report on a closed takeover on the public page."""
    with opened(folder, as_login) as api:
        path = f"/takeovers/{takeover_id}/report/publish"
        told = api.ask("POST", path, named(thanks=thanks)).told
    tell(told, as_json=as_json)


@click.command("withdraw-report")
@takeover_argument
@why_option
@speaking_options
def withdraw_report(
    takeover_id: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """Take the report on a takeover off the public page."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/takeovers/{takeover_id}/report/withdraw", {"why": why}).told
    tell(told, as_json=as_json)


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    state = "complete" if told["is_final"] else "until the takeover is closed, so far"
    yield f"{plain(told['title'] or told['id'])}: {state}"
    kinds = ", ".join(f"{count} {kind}" for kind, count in told["sent_by_kind"].items())
    yield f"  Asked for: {told['proposed']}. Sent: {told['sent']}{f' ({kinds})' if kinds else ''}."
    for name, called in (("held", "Held"), ("denied", "Refused")):
        yield f"  {called}: {told[name]['acts']}."
        for each in told[name]["by_rule"]:
            yield f"    {each['acts']:>4}  {plain(each['title'])}"
            yield from wrapped(each["stops"], " " * 10)
    consents = told["approvals"]
    if consents["count"]:
        yield (
            f"  {counted(consents['count'], 'consent')}; half came within "
            f"{consents['median_wait_seconds']} s, the last within "
            f"{consents['longest_wait_seconds']} s."
        )
    yield f"  People answered with {counted(told['answers']['posts'], 'post')}."
    for each in told["thanks"]:
        yield from wrapped(f"“{each['text']}” {each['link'] or ''}".strip(), "    ")
    if told["trust_level"] is not None:
        yield f"  Level of trust: {told['trust_level']}."
    if told["handover"]:
        changes = ", ".join(f"{count} {what}" for what, count in told["handover"].items())
        yield f"  Changes to the account: {changes}."
    if told["published_at"]:
        yield f"  On the public page since {told['published_at']}."
