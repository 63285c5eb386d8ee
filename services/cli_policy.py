"""`mercat policy`: the rules, from a folder where they are worked on to those in force."""

import json
from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import folder_of, folder_option, keys_of, write_json
from services.cli_policy_files import check, diff, edit, learn, new, test
from services.cli_rehearse import rehearse
from services.cli_speaking import note_option, opened, speaking_options, tell, why_option
from services.reading.plain_text import plain
from services.runtime.errors import InputInvalidError, VersionConflictError

DIGEST_CHARACTERS_MIN: Final = 12
REHEARSAL_BYTES_MAX: Final = 200_000
SHOWN_MAX: Final = 50
PROPOSE_SECONDS_MAX: Final = 60.0
KEY_VARIABLE: Final = "POLICY_KEY"
change_argument = click.argument("change_id", metavar="CHANGE")


@click.group()
def policy() -> None:
    """Change the rules: in a folder, then proposed, agreed to by somebody else, and in force."""


for _command in (edit, new, learn, test, check, diff, rehearse):
    policy.add_command(_command)


@policy.command()
@click.argument("work", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--title", required=True, help="What the change is called, in a few words.")
@click.option(
    "--rehearsal",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `mercat policy rehearse --json` wrote: whoever agrees sees it.",
)
@why_option
@speaking_options
def propose(
    work: Path,
    title: str,
    rehearsal: Path | None,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Propose the rules in the folder WORK in place of those in force.

    What `mercat policy check` finds a fault in is not proposed.
    """
    from services.cli_policy_files import checked
    from services.cli_policy_files import show as show_report
    from services.policy.file_rule_set import read_rule_set

    rule_set = read_rule_set(work)
    report = checked(rule_set)
    if report.faults:
        show_report(report, as_json=as_json)
    files = dict(rule_set.files)
    summary = {} if rehearsal is None else _summary(rehearsal)
    body = {"title": title, "why": why, "files": files, "rehearsal": summary}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/rules/changes", body, seconds_max=PROPOSE_SECONDS_MAX).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Change {told['id']}, digest {told['digest'][:DIGEST_CHARACTERS_MIN]}")


@policy.command()
@change_argument
@speaking_options
def show(change_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show a change: what it changes, what its rehearsal said, who agreed, how far it has come."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/rules/changes/{change_id}").told
    if as_json:
        write_json(told)
        return
    click.echo("\n".join(_change_lines(told)))


@policy.command()
@change_argument
@click.option("--digest", required=True, help="The digest you read, 12 characters at least.")
@click.option(
    "--class",
    "classes",
    multiple=True,
    help="A high-impact class that the change newly allows, and you agree to; repeat it for each.",
)
@note_option
@speaking_options
def approve(
    change_id: str,
    digest: str,
    classes: tuple[str, ...],
    why: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Agree to exactly the change that a digest names; its author cannot."""
    with opened(folder, as_login) as api:
        found = api.ask("GET", f"/rules/changes/{change_id}").told
        if len(digest) < DIGEST_CHARACTERS_MIN or not found["digest"].startswith(digest.lower()):
            raise VersionConflictError(
                f"{digest!r} is not the digest of this change; read it with "
                f"`mercat policy show {change_id}`, then approve that"
            )
        body = {"digest": found["digest"], "classes": list(classes), "why": why or ""}
        told = api.ask("POST", f"/rules/changes/{change_id}/approval", body).told
    tell(told, as_json=as_json)


@policy.command()
@change_argument
@click.option(
    "--shadow-hours",
    type=click.FloatRange(0, 336),
    default=0.0,
    help="Try it for so long beside the rules in force first: counted, not obeyed.",
)
@note_option
@speaking_options
def activate(
    change_id: str,
    shadow_hours: float,
    why: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Put a change in force that somebody else agreed to; what runs obeys within seconds."""
    body = {"shadow_hours": shadow_hours, "why": why or ""}
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/rules/changes/{change_id}/activation", body).told
    tell(told, as_json=as_json)


@policy.command()
@change_argument
@why_option
@speaking_options
def withdraw(
    change_id: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """Take a change back that is not in force."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/rules/changes/{change_id}/withdrawal", {"why": why}).told
    tell(told, as_json=as_json)


@policy.command()
@click.option("--number", type=click.IntRange(min=1), help="Which; else those before the present.")
@why_option
@speaking_options
def rollback(
    number: int | None, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """Put earlier rules in force again, under a new number."""
    body = {"why": why} if number is None else {"why": why, "number": number}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/rules/rollback", body).told
    tell(told, as_json=as_json)


@policy.command("accept-restored")
@why_option
@speaking_options
def accept_restored(why: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Go on with the rules of a database that was put back from an older backup.

    Until somebody does, nothing is sent: older rules may let through what later ones stop.
    """
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/rules/rollback", {"why": why, "restored": True}).told
    tell(told, as_json=as_json)


@policy.command()
@speaking_options
def log(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List the rules in force, every number before, and the changes that wait."""
    with opened(folder, as_login) as api:
        present = api.ask("GET", "/rules").told
        numbers = api.ask("GET", "/rules/log", query={"limit": SHOWN_MAX}).told["items"]
        changes = api.ask("GET", "/rules/changes", query={"limit": SHOWN_MAX}).told["items"]
    if as_json:
        write_json({"in_force": present, "numbers": numbers, "changes": changes})
        return
    if present["trouble"]:
        click.echo(f"! {present['trouble']}")
    if present["filled"]:
        click.echo(f"! not in your own rules, filled in by Mercat: {', '.join(present['filled'])}")
    for each in numbers:
        sign = "*" if each["number"] == present["number"] else " "
        said = plain(each["title"] or "as they come with Mercat")
        how = "again: " if each["origin"] == "rollback" else ""
        when = _minute(each["made_at"])
        click.echo(f"{sign} {each['number']:>4}  {when}  {each['revision'][:12]}  {how}{said}")
    for each in changes:
        if each["state"] in ("proposed", "approved", "shadowed"):
            click.echo(f"  {each['state']:<9} {each['id']}  {plain(each['title'])}")


@policy.command()
@folder_option
def key(folder: Path | None) -> None:
    """Print the public key of the rules, as the line of an environment file that OPA is given."""
    from services.cli_store import store_of
    from services.policy.file_rules_key import read_rules_key
    from services.store.file_installation import read_installation

    place, environment = folder_of(folder)
    with store_of(place, environment) as store:
        keys = keys_of(environment)
        installation = read_installation(store, keys)
        click.echo(f"{KEY_VARIABLE}={read_rules_key(keys, installation.id).public_line}")


def _summary(path: Path) -> dict[str, Any]:
    content = path.read_bytes()[: REHEARSAL_BYTES_MAX + 1]
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputInvalidError(
            f"{path} is no rehearsal: write one with `mercat policy rehearse --json`"
        ) from error
    if not isinstance(found, dict) or len(content) > REHEARSAL_BYTES_MAX:
        raise InputInvalidError(f"{path} is no rehearsal, or over {REHEARSAL_BYTES_MAX:,} bytes")
    return found


def _change_lines(told: dict[str, Any]) -> list[str]:
    from services.cli_policy_files import difference_lines
    from services.policy.difference import difference_of
    from services.policy.rehearsal_bound import rehearsal_lines

    lines = [
        f"{plain(told['title'])}: {told['state']}",
        f"    why: {plain(told['why'])}",
        f"    proposed {_minute(told['proposed_at'])} by {plain(told['author'])}",
        f"    digest {told['digest']}",
    ]
    lines += [f"    newly allows: {plain(each)}" for each in told["classes"]]
    lines += [f"    {plain(line)}" for line in difference_lines(difference_of(told["difference"]))]
    lines += [f"    {plain(line)}" for line in rehearsal_lines(told["rehearsal"])]
    for consent in told["approvals"]:
        when = _minute(consent["approved_at"])
        lines.append(f"    agreed {when} by {plain(consent['approver'])} {plain(consent['why'])}")
    shadow = told["shadow"]
    if shadow["asked"]:
        lines.append(
            f"    tried {shadow['asked']:,} times: {shadow['freed']:,} freed, "
            f"{shadow['held']:,} held, {shadow['denied']:,} denied"
        )
    return lines


def _minute(moment: str | None) -> str:
    return "?" if moment is None else f"{moment[:16].replace('T', ' ')} UTC"
