"""The verbs of speaking, alone and beside a running process: the same API either way."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.fakes import wait_until
from tests.mercat_process import Ended, Running, call, environment

Verb = Callable[..., Ended]

ACCOUNTS: Final = """
accounts:
  - {id: council, platform: house, name: Test Council, handle: council, source: rows}
"""
PEOPLE: Final = (
    ("ann", "team-member"),
    ("bob", "approver"),
    ("gil", "governance"),
    ("dee", "duty-officer"),
)
WORDS: Final = "The crew comes back on Tuesday."
PHONE: Final = "Ring our officer on 07700 900123."


@pytest.fixture(scope="module", params=["alone", "beside a running process"])
def verb(
    request: pytest.FixtureRequest,
    first_run: tuple[Path, Ended],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Verb]:
    """Calls a verb on a folder where four people work, whose tokens are kept on this machine."""
    place = tmp_path_factory.mktemp("speaking")
    folder, env = place / "body", environment(place / "keys")
    shutil.copytree(first_run[0], folder)
    shutil.copytree(first_run[0].parent / "keys", place / "keys")
    with (folder / "mercat.yaml").open("a", encoding="utf-8") as settings:
        settings.write(ACCOUNTS)

    def called(*arguments: str, token: str | None = None) -> Ended:
        given = env if token is None else {**env, "MERCAT_TOKEN": token}
        return call(*arguments, "--folder", folder, env=given)

    if request.param == "alone":
        _set_to_work(called)
        yield called
        return
    with Running(folder, env=env):
        _set_to_work(called)
        yield called


def _set_to_work(verb: Verb) -> None:
    for login, role in PEOPLE:
        address = f"{login}@council.example"
        name = login.title()
        done(verb("people", "add", login, "--name", name, "--address", address, "--role", role))
        done(verb("people", "token", login, "--save"))
    kinds = ("--kind", "reply", "--kind", "statement")
    done(verb("people", "grant", "ann", "council", *kinds, "--why", "She answers."))


def done(ended: Ended) -> str:
    """Return what a command wrote that did what was asked."""
    assert ended.code == 0, ended.err + ended.out
    return ended.out


def told(ended: Ended) -> Any:
    """Return what a command wrote as JSON, however it ended."""
    assert ended.out, ended.err
    return json.loads(ended.out)


def held(verb: Verb) -> dict[str, Any]:
    """Return a statement of ann's that waits for consent."""
    kind = ("--kind", "statement", "--account", "council")
    draft = told(verb("draft", *kind, "--text", WORDS, "--as", "ann", "--json"))
    act: dict[str, Any] = told(verb("propose", draft["id"], "--as", "ann", "--json"))
    assert "held" == act["state"], act["sentence"]
    return act


def test_people_are_listed_with_their_leave(verb: Verb) -> None:
    """Who works here, in what roles, with what leave, and the ids of their tokens."""
    out = done(verb("people", "list"))

    assert "Ann: team-member" in out
    assert "reply, statement as council" in out
    assert "token" in out


def test_a_reply_that_breaks_a_rule_comes_back_with_reason_and_cure(verb: Verb) -> None:
    """The command ends with 1, and says what to do and on what that stands."""
    (case,) = told(verb("inbox", "waste", "--json"))

    ended = verb("reply", case["id"], "--text", PHONE, "--as", "ann")

    assert 1 == ended.code, ended.err
    for piece in ("REFUSED by", "telephone number", "What to do:", "See:"):
        assert piece in ended.out


def test_a_reply_that_keeps_the_rules_waits_for_a_second_person(verb: Verb) -> None:
    """What to type next stands below it, whole, and it is in the list of what waits."""
    (case,) = told(verb("inbox", "waste", "--json"))

    out = done(verb("reply", case["id"], "--text", WORDS, "--as", "ann"))

    (line,) = [line for line in out.splitlines() if "mercat approve" in line]
    act_id = line.split("mercat approve ")[1].split()[0]
    digest = line.split("--digest ")[1].split()[0]
    waiting = done(verb("acts", "--state", "held", "--as", "bob"))
    assert act_id in waiting
    assert digest in waiting


def test_what_somebody_else_agreed_to_goes_out_where_a_process_runs(
    verb: Verb, request: pytest.FixtureRequest
) -> None:
    """Its author cannot agree; another can, to exactly that; then its link is shown."""
    act = held(verb)
    digest = act["digest"][:12]

    alone = verb("approve", act["id"], "--digest", digest, "--as", "ann")
    other = verb("approve", act["id"], "--digest", "0" * 12, "--as", "bob")
    agreed = verb("approve", act["id"], "--digest", digest, "--as", "bob", "--json")

    assert 1 == alone.code
    assert "approver" in alone.err
    assert 1 == other.code
    assert "read it" in other.err
    assert told(agreed)["state"] in ("approved", "sending")
    if "alone" in request.node.callspec.id:
        assert told(verb("act", act["id"], "--as", "ann", "--json"))["state"] == "approved"
    else:
        wait_until(lambda: _sent(verb, act["id"]), tries=200)
        assert "/house/" in done(verb("act", act["id"], "--as", "ann"))


def _sent(verb: Verb, act_id: str) -> bool:
    sending = told(verb("act", act_id, "--as", "ann", "--json"))["sending"]
    return sending is not None and sending["state"] == "sent"


def test_words_written_on_an_older_version_are_refused(verb: Verb) -> None:
    """The version read has to be named with new words, and one that moved on is refused."""
    act = held(verb)

    unnamed = verb("edit", act["id"], "--text", "New.", "--as", "ann")
    stale = verb("edit", act["id"], "--text", "New.", "--version", "1", "--as", "ann")
    good = verb(
        "edit", act["id"], "--text", "New.", "--version", str(act["version"]), "--as", "ann"
    )

    assert ([1, 1, 0], "New.") == (
        [unnamed.code, stale.code, good.code],
        told(verb("act", act["id"], "--as", "bob", "--json"))["text"],
    )
    assert "--version" in unnamed.err
    assert "Somebody changed this act" in stale.err


def test_an_act_is_taken_back_with_a_reason(verb: Verb) -> None:
    """Then it goes nowhere."""
    act = held(verb)

    out = done(verb("withdraw", act["id"], "--why", "It was wrong.", "--as", "ann"))

    assert "withdrawn" in out
    assert "withdrawn" == told(verb("act", act["id"], "--as", "ann", "--json"))["state"]


def test_words_come_from_a_file_too(verb: Verb, tmp_path: Path) -> None:
    """They are judged as they stand there, and nothing is kept."""
    file = tmp_path / "words.txt"
    file.write_text(f"{PHONE}\n", "utf-8")

    kind = ("--kind", "statement", "--account", "council")
    ended = verb("advise", *kind, "--file", str(file), "--as", "bob")

    assert (1, True) == (ended.code, "telephone number" in ended.out), ended.err


@pytest.mark.parametrize(
    "words", [(), ("--text", "One.", "--file", "pyproject.toml"), ("--file", "missing.txt")]
)
def test_words_that_are_missing_or_named_twice_are_told(verb: Verb, words: tuple[str, ...]) -> None:
    """Nothing is asked of the rules then."""
    ended = verb("advise", *words, "--as", "bob")

    assert ended.code in (1, 2)
    assert ended.err


def test_one_calls_an_emergency_and_two_end_it(verb: Verb) -> None:
    """The list says in what mode each account is, and who asks for another."""
    one = done(verb("accounts", "mode", "council", "emergency", "--why", "Flood", "--as", "dee"))
    first = done(verb("accounts", "mode", "council", "normal", "--why", "It fell", "--as", "dee"))
    shown = done(verb("accounts", "list", "--as", "ann"))
    second = done(
        verb("accounts", "mode", "council", "normal", "--why", "So it did", "--as", "gil")
    )

    assert "in the mode emergency now" in one
    assert "until a second person agrees" in first
    assert "dee asks for normal; one more must agree" in shown
    assert "in the mode normal now" in second
    told = json.loads(done(verb("accounts", "list", "--json")))
    assert [("council", "normal", None)] == [
        (each["id"], each["mode"], each["mode_asked"]) for each in told
    ]


def test_one_halts_and_two_release(verb: Verb) -> None:
    """Whoever has the machine may stop; letting go takes two people."""
    done(verb("halt", "account", "council", "--why", "A wrong post"))
    shown = done(verb("halts", "--as", "ann"))
    operator = verb("release", "account", "council", "--why", "All clear")
    first = verb("release", "account", "council", "--why", "All clear", "--as", "gil")
    second = verb("release", "account", "council", "--why", "All clear", "--as", "dee")

    assert "account council" in shown
    assert "A wrong post" in shown
    assert 1 == operator.code
    assert "second person" in done(first)
    assert "Released" in done(second)
    assert "Nothing is halted." in done(verb("halts"))


@pytest.mark.parametrize("arguments", [("account",), ("everything", "council")])
def test_a_halt_names_what_it_stops(verb: Verb, arguments: tuple[str, ...]) -> None:
    """A kind without its name, and everything with one, are slips of the command line."""
    assert 2 == verb("halt", *arguments, "--why", "A wrong post").code


def test_whoever_has_the_machine_does_not_speak(verb: Verb) -> None:
    """The refusal says how to ask as somebody."""
    ended = verb("advise", "--text", WORDS, "--account", "council")

    assert 1 == ended.code
    assert "--as LOGIN" in ended.err


def test_a_token_from_the_environment_signs_in(verb: Verb) -> None:
    """A program on another account of the machine needs no keys folder."""
    given = told(verb("people", "token", "bob", "--label", "a program", "--json"))

    by_token = verb("acts", token=given["token"])
    done(verb("people", "revoke", given["token_id"], "--why", "It was a trial."))
    revoked = verb("acts", token=given["token"])

    assert [0, 1] == [by_token.code, revoked.code]
    assert "nobody's, or has ended" in revoked.err


def test_a_login_without_a_token_here_is_told_how_to_get_one(verb: Verb) -> None:
    """A slip in a login is not taken for the operator."""
    ended = verb("acts", "--as", "nobody")

    assert 1 == ended.code
    assert "mercat people token nobody --save" in ended.err


def test_a_leaver_signs_in_no_more(verb: Verb) -> None:
    """With the person go their tokens; roles can be changed until then."""
    login = ("eve", "--name", "Eve", "--address", "eve@council.example", "--role", "ops")
    done(verb("people", "add", *login))
    done(verb("people", "token", "eve", "--save"))
    changed = done(verb("people", "change", "eve", "--role", "auditor", "--why", "New work."))
    before = verb("audit", "verify", "--as", "eve")
    done(verb("people", "leave", "eve", "--why", "She moved away."))
    after = verb("audit", "verify", "--as", "eve")

    assert "auditor" in changed
    assert [0, 1] == [before.code, after.code]


def test_the_record_is_shown_checked_and_handed_out(verb: Verb, tmp_path: Path) -> None:
    """What was done here stands in it in sentences, verifies, and comes as one file."""
    act = held(verb)
    package = tmp_path / "package.zip"
    export = ("audit", "export", "--account", "council", "--out", str(package), "--why", "Asked.")

    shown = done(verb("audit", "show", "--act", act["id"]))
    verified = told(verb("audit", "verify", "--json"))
    first, second = verb(*export), verb(*export)

    assert "ann proposed" in shown
    assert verified["sound"]
    assert [0, 1] == [first.code, second.code], first.err
    assert package.read_bytes().startswith(b"PK")
    assert "there already" in second.err
