"""`mercat rota calendar` and `mercat rota import`: a rota as a file for calendars, and back."""

from pathlib import Path

import click

from services.cli_api import as_option
from services.cli_options import folder_option
from services.cli_speaking import named, note_option, opened, speaking_options, tell
from services.policy.rota_calendar_reading import BYTES_MAX
from services.reading.plain_text import plain
from services.runtime.errors import RejectError


@click.command()
@click.argument("rota_id", metavar="ROTA")
@click.option("--person", metavar="LOGIN", help="Only this person's shifts.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; else it is shown.")
@as_option
@folder_option
def calendar(
    rota_id: str, person: str | None, out: Path | None, folder: Path | None, as_login: str | None
) -> None:
    """Write the shifts of ROTA as iCalendar, for calendars."""
    with opened(folder, as_login) as api:
        answer = api.ask("GET", f"/rotas/{rota_id}/calendar", query={"person": person})
    if out is None:
        click.echo(answer.content.decode("utf-8"), nl=False)
        return
    out.write_bytes(answer.content)
    click.echo(f"{out} holds the calendar; open it with yours, or import it there.")


@click.command("import")
@click.argument("rota_id", metavar="ROTA")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Call off what the file no longer has.")
@note_option
@speaking_options
def import_calendar(
    rota_id: str,
    file: Path,
    folder: Path | None,
    as_login: str | None,
    *,
    replace: bool,
    as_json: bool,
    why: str | None,
) -> None:
    """Plan what FILE has, a calendar in iCalendar; what moved in it is moved."""
    with file.open("rb") as opened_file:
        content = opened_file.read(BYTES_MAX + 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RejectError(f"{file} is no text in UTF-8; export it again as iCalendar") from error
    if len(content) > BYTES_MAX:
        raise RejectError(f"{file} is over {BYTES_MAX:,} bytes; export a shorter time")
    body = {"text": text, "replace": replace, **named(why=why)}
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/rotas/{rota_id}/calendar", body).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo("".join(f"  ! {plain(each)}\n" for each in told["faults"]), nl=False)
