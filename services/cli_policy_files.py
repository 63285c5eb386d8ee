"""`mercat policy new|edit|test|check|diff`: rules in a working folder, before they are proposed."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from services.cli_options import folder_option, json_option, write_json
from services.runtime.errors import FolderError, InputInvalidError

if TYPE_CHECKING:
    from services.policy.difference import Difference
    from services.policy.regopy_check import Tried
    from services.policy.rule_report import RuleReport
    from services.policy.rule_set import RuleSet
    from services.policy.rule_trials import Trial

FAULTY: Final = 1
SHOWN_LENGTH_MAX: Final = 300
SOUND_STOPPED: Final = 0.007

work_argument = click.argument("work", type=click.Path(path_type=Path, file_okay=False))


@click.command()
@work_argument
@folder_option
def edit(work: Path, folder: Path | None) -> None:
    """Write the rules in force into WORK, a new folder, to be changed there.

    With --folder (or MERCAT_FOLDER), those of that body; else those that come with Mercat. Nothing
    changes for anybody until a change is proposed, agreed to and activated.
    """
    from services.policy.file_data_schemas import write_schemas
    from services.policy.file_rule_set import write_rule_set

    rule_set = in_force_of(folder)
    write_rule_set(work, rule_set)
    write_schemas(work / "data")
    rules = len(rule_set.bundle.manifest)
    click.echo(f"{rules} rules are in {work}. Words and figures are in {work / 'data'}.")
    click.echo("Beside each file of words lies its schema, by which an editor helps and warns.")
    click.echo(f"Next: change a file there, then `mercat policy check {work}`.")


@click.command()
@work_argument
@click.argument("rule")
def new(work: Path, rule: str) -> None:
    """Begin a rule in WORK, named CONCERN/RULE (content/our_bins), with tests of both kinds."""
    from services.policy.file_rule_set import read_rule_set
    from services.policy.rule_template import new_rule

    read_rule_set(work)
    try:
        modules, tests = new_rule(rule)
    except ValueError as error:
        raise InputInvalidError(str(error)) from error
    files = {work / place: text for place, text in {**modules, **tests}.items()}
    for path in files:
        if path.exists():
            raise FolderError(f"{path} is there already; choose another name or change that one.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"Written: {path}")
    click.echo(f"Next: say in it what it objects to, then `mercat policy test {work}`.")


@click.command()
@work_argument
@json_option
def test(work: Path, *, as_json: bool) -> None:
    """Run the tests of the rules in WORK, and see that they leave no objection out.

    Each rule is tried alone. Each of its objections is taken out in turn: a test must miss it. A
    rule without tests of both kinds fails.
    """
    from services.policy.file_rule_set import read_rule_set
    from services.policy.regopy_check import report_on_tests

    show(report_on_tests(read_rule_set(work), shown=_shown), as_json=as_json)


@click.command()
@work_argument
@json_option
def check(work: Path, *, as_json: bool) -> None:
    """Look at everything in WORK that could be wrong: data, sources, tests. For people and for CI.

    Exits with 1 where something is wrong; each fault names its file and line, and what to do.
    """
    from services.policy.file_rule_set import read_rule_set

    show(checked(read_rule_set(work)), as_json=as_json)


@click.command()
@work_argument
@folder_option
@json_option
def diff(work: Path, folder: Path | None, *, as_json: bool) -> None:
    """Show what is in WORK that is not in force, and the other way round."""
    from services.policy.difference import difference
    from services.policy.file_rule_set import read_rule_set

    found = difference(in_force_of(folder), read_rule_set(work))
    if as_json:
        write_json(found.as_json())
        return
    for line in difference_lines(found):
        click.echo(line)


def difference_lines(found: "Difference") -> Iterator[str]:
    """Yield what lies between two sets of rules, in lines for people."""
    if found.is_nothing:
        yield "Nothing is different, to the last comment."
        return
    named = (("new", found.added), ("taken away", found.removed), ("changed", found.changed))
    for what, rules in named:
        yield from (f"rule {what}: {rule}" for rule in rules)
    if found.gate:
        yield "changed: how the gate puts the rules' answers together"
    for change in found.data:
        if change.before is not None:
            yield f"- {change.path}: {_short(change.before)}"
        if change.after is not None:
            yield f"+ {change.path}: {_short(change.after)}"
    yield from (f"tests changed: {place}" for place in found.tests)
    yield from (f"comments changed: data/{name}.yaml" for name in found.comments)
    yield from (f"taken into your own rules: {place}" for place in found.taken_in)
    if not found.changes_answers:
        yield "No answer can be another: tests, comments and what is taken in change none."


def _short(written: str) -> str:
    return written if len(written) <= SHOWN_LENGTH_MAX else f"{written[:SHOWN_LENGTH_MAX]}…"


def in_force_of(folder: Path | None) -> "RuleSet":
    """Return the rules in force in a body's folder, or those that come with Mercat.

    Without a folder, or where it was never started, nothing else is in force. Raises FolderError
    where the folder holds no body, and as `store_of` of `services/cli_store.py` does.
    """
    from services.policy.file_rule_set import delivered_data, read_rule_set
    from services.policy.rules_reading import StoredRules
    from services.settings import read_environment

    environment = read_environment()
    place = folder or environment.folder
    if place is None:
        return read_rule_set()
    from services.cli_store import is_unstarted, store_of

    if is_unstarted(place, environment):
        return read_rule_set()
    with store_of(place, environment) as store:
        if not store.select("rules_in_force"):
            return read_rule_set()
        return StoredRules(store, lambda: 0, lambda: None, delivered_data()).rule_set()


def checked(rule_set: "RuleSet") -> "RuleReport":
    """Return the report on a set; its data were looked at as it was read."""
    from services.policy.regopy_check import report_on

    return report_on(rule_set, _shown)


def _shown(trials: "Sequence[Trial]", tried: "Tried") -> "Tried":
    """Show at a terminal how far the trials are."""
    if not sys.stderr.isatty():
        yield from tried
        return
    with click.progressbar(
        tried, length=len(trials), label="trying the rules", file=sys.stderr
    ) as bar:
        yield from bar


def show(report: "RuleReport", *, as_json: bool) -> None:
    """Print a report; ends the command with 1 where something is wrong."""
    if as_json:
        write_json(report.as_json())
    else:
        for sentence in report.sentences:
            click.echo(sentence)
    if report.faults:
        sys.exit(FAULTY)


@click.command()
@work_argument
@click.argument(
    "examples",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
)
@click.option(
    "--sound-stopped",
    type=click.FloatRange(0.001, 0.2),
    default=SOUND_STOPPED,
    show_default=True,
    help="So large a share of sound drafts may get a second look they do not need.",
)
def learn(work: Path, examples: tuple[Path, ...], sound_stopped: float) -> None:
    """Learn from EXAMPLES, drafts as `mercat judge` takes them with what is expected of each.

    Writes data/resemblance.yaml in WORK. A draft that reads like those to be stopped gets a second
    look then, though no other rule can say why.
    """
    from services.policy.file_resemblance import read_examples, write_resemblance
    from services.policy.resemblance_training import learnt_from

    click.echo("Learning takes a minute or two for a thousand drafts.", err=True)
    try:
        learnt = learnt_from(
            [example for path in examples for example in read_examples(path)], sound_stopped
        )
    except ValueError as error:
        raise InputInvalidError(str(error)) from error
    write_resemblance(work / "data" / "resemblance.yaml", learnt.lists)
    click.echo(
        f"Learnt from {learnt.examples} drafts. Of those left aside while learning, it would have "
        f"stopped {learnt.stopped_share:.0%} of what should be, and {learnt.sound_share:.1%} of "
        "what should not."
    )
    click.echo(f"Next: `mercat policy check {work}`, and a rehearsal before it is proposed.")
