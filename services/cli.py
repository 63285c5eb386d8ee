"""The command line: verbs first, each loaded only when it is called, so that the start is quick."""

import sys
from importlib import import_module
from typing import Final

import click

from services.runtime.errors import MercatError, RetryLaterError

VERBS: Final = {
    "run": ("services.cli_run:run", "Listen, classify, route and show, in one process."),
    "serve": ("services.cli_serve:serve", "Run one service, over Kafka and PostgreSQL."),
    "topics": ("services.cli_topics:topics", "Make Kafka's topics what they should be."),
    "init": ("services.cli_folder:init", "Make an empty folder for a real body."),
    "backup": ("services.cli_folder:backup", "Copy a body's folder into one file, while it runs."),
    "restore": ("services.cli_folder:restore", "Bring a backup back into an empty folder."),
    "migrate": ("services.cli_migrate:migrate", "Move a body's folder into PostgreSQL."),
    "doctor": ("services.cli_doctor:doctor", "Look at everything and say what is wrong."),
    "drill": ("services.cli_drill:drill", "Make a fault on purpose, to try an alert with."),
    "town": ("services.cli_town:town", "Have the sample town's people speak for some days."),
    "inbox": ("services.cli_cases:inbox", "List a team's open cases."),
    "show": ("services.cli_cases:show", "Show a post or a case, and why it is where it is."),
    "reroute": ("services.cli_cases:reroute", "Give a post's case to another team."),
    "close": ("services.cli_cases:close", "Close a case, and say what came of it."),
    "reopen": ("services.cli_cases:reopen", "Open a closed case again."),
    "merge": ("services.cli_cases:merge", "Have a case answered with another one."),
    "split": ("services.cli_cases:split", "Give posts of a case a case of their own."),
    "reply": ("services.cli_writing:reply", "Answer a case."),
    "draft": ("services.cli_writing:draft", "Keep a draft, and see what the rules would say."),
    "edit": ("services.cli_writing:edit", "Write a draft anew."),
    "propose": ("services.cli_writing:propose", "Ask for a draft to go out."),
    "advise": ("services.cli_writing:advise", "See what the rules say of some words."),
    "judge": ("services.cli_judge:judge", "Have the content rules judge drafts from a file."),
    "acts": ("services.cli_acts:acts", "List what was drafted, waits for consent, or went out."),
    "act": ("services.cli_acts:act", "Show an act, and what became of it."),
    "approve": ("services.cli_acts:approve", "Agree to exactly what an act says."),
    "withdraw": ("services.cli_acts:withdraw", "Take an act back before it is on its way."),
    "settle": ("services.cli_acts:settle", "Say whether an act was sent, where only you can tell."),
    "correct": ("services.cli_corrections:correct", "Put right what went out wrong."),
    "halt": ("services.cli_halts:halt", "Stop what goes out: one person, one press."),
    "halts": ("services.cli_halts:halts", "List what is halted."),
    "release": ("services.cli_halts:release", "Let a halt end: it takes two people."),
    "break-glass": (
        "services.cli_break_glass:break_glass",
        "Give leave to speak in an emergency, by two people.",
    ),
    "incidents": ("services.cli_incidents:incidents", "See what nobody sent from here."),
    "bells": ("services.cli_bells:bells", "Read what you were told, and say how to be told."),
    "accounts": ("services.cli_accounts:accounts", "See accounts, and set how they speak."),
    "takeover": ("services.cli_takeovers:takeover", "Hand an account to somebody for a slot."),
    "rota": ("services.cli_rotas:rota", "Have people speak as an account by turns."),
    "people": ("services.cli_people:people", "Look after people, their leave and their tokens."),
    "sign-in": ("services.cli_sign_in:sign_in", "Let people in at the page, and sign them out."),
    "policy": ("services.cli_policy:policy", "See and change the rules, by two people."),
    "audit": ("services.cli_audit:audit", "Look at the record, check it, hand out a part of it."),
    "records": ("services.cli_records:records", "Hold, erase, delete by age, give access."),
    "report": ("services.cli_report:report", "Tell what came of a month, as page and tables."),
    "keys": ("services.cli_keys:keys", "List and rotate the master keys."),
    "dead-letters": ("services.cli_letters:dead_letters", "See and retry what was set aside."),
    "objections": ("services.cli_letters:objections", "Keep the list of who is not to be read."),
    "model": ("services.cli_model:model", "Train a classifier."),
    "classify": ("services.cli_model:classify", "Classify texts from a file or standard input."),
}
EXIT_WRONG: Final = 1
EXIT_LATER: Final = 75
"""As sysexits.h has it: the same command may succeed later."""


class LazyGroup(click.Group):
    """A group that knows its verbs by name and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all verbs, in the order a newcomer needs them."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List verbs without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in VERBS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mercat", prog_name="mercat")
def mercat() -> None:
    """Listen to the public, route each post to the team that can act, answer within the rules."""


def main() -> None:
    """Run the command line; an error of ours is one plain message, never a traceback."""
    try:
        mercat(prog_name="mercat", standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        sys.exit(EXIT_WRONG)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except MercatError as error:
        click.echo(f"mercat: {error}", err=True)
        sys.exit(EXIT_LATER if isinstance(error, RetryLaterError) else EXIT_WRONG)


if __name__ == "__main__":
    main()
