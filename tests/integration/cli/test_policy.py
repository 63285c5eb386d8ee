"""`mercat policy`: a change from a folder to a running Mercat, by two people, and back."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.policy.file_rule_set import read_rule_set, write_rule_set
from tests.fakes import wait_until
from tests.folders import make_folder
from tests.mercat_process import Ended, Running, call, environment

Verb = Callable[..., Ended]
WHY = ("--why", "People asked for it.")
OFFICERS = ("gil", "gus")


@pytest.fixture(scope="module")
def verb(first_run: tuple[Path, Ended], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verb]:
    """Calls a verb beside a running Mercat where two governance officers work."""
    place = tmp_path_factory.mktemp("policy")
    folder, env = place / "body", environment(place / "keys")
    shutil.copytree(first_run[0], folder)
    shutil.copytree(first_run[0].parent / "keys", place / "keys")

    def called(*arguments: str) -> Ended:
        return call(*arguments, "--folder", folder, env=env)

    with Running(folder, env=env):
        for login in OFFICERS:
            address = ("--address", f"{login}@council.example")
            who = ("--name", login.title(), "--role", "governance")
            done(called("people", "add", login, *address, *who))
            done(called("people", "token", login, "--save"))
        yield called


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which an officer has changed a figure."""
    folder = tmp_path_factory.mktemp("rules") / "work"
    write_rule_set(folder, read_rule_set())
    limits = folder / "data" / "limits.yaml"
    text = limits.read_text("utf-8")
    old = f"emoji_max: {read_rule_set().data['limits']['emoji_max']}\n"
    limits.write_text(text.replace(old, "emoji_max: 0\n"), "utf-8")
    return folder


def done(ended: Ended) -> str:
    """Return what a command wrote that did what was asked."""
    assert ended.code == 0, ended.err + ended.out
    return ended.out


def log_of(verb: Verb) -> Any:
    """Return what is in force, the numbers and the changes."""
    return json.loads(done(verb("policy", "log", "--json", "--as", "gil")))


def test_a_change_comes_into_force_by_two_people_and_is_undone_by_one(
    verb: Verb, work: Path
) -> None:
    """Each step says what it did; the running Mercat asks the new number, and then the next."""
    rehearsal = work.parent / "rehearsal.json"
    rehearsal.write_text(done(verb("policy", "rehearse", str(work), "--json")), "utf-8")
    with_it = ("--title", "No emoji", "--rehearsal", str(rehearsal), *WHY, "--as", "gil")
    proposed = verb("policy", "propose", str(work), *with_it)
    (change,) = log_of(verb)["changes"]
    shown = done(verb("policy", "show", change["id"], "--as", "gus"))
    digest = ("--digest", change["digest"][:12])
    own = verb("policy", "approve", change["id"], *digest, "--as", "gil")
    other = verb("policy", "approve", change["id"], "--digest", "0" * 12, "--as", "gus")
    done(verb("policy", "approve", change["id"], *digest, "--as", "gus"))
    active = done(verb("policy", "activate", change["id"], "--as", "gil"))
    wait_until(lambda: log_of(verb)["in_force"]["asked_here"] == 2)
    back = done(verb("policy", "rollback", *WHY, "--as", "gus"))
    wait_until(lambda: log_of(verb)["in_force"]["asked_here"] == 3)

    assert change["digest"][:12] in done(proposed)
    assert "+ limits.emoji_max: 0" in shown
    assert "rehearsed: Nothing that was decided in the last 30 days" in shown
    assert (1, 1) == (own.code, other.code)
    assert "own change" in own.err
    assert "No emoji" in active
    assert "number 3" in back
    said = done(verb("policy", "log", "--as", "gil"))
    assert "*    3" in said
    assert "again: as they come with Mercat" in said


def test_a_change_that_is_taken_back_is_listed_no_more(verb: Verb, work: Path) -> None:
    """Its author may; the log of what waits is for what still may come."""
    done(verb("policy", "propose", str(work), "--title", "For nothing", *WHY, "--as", "gil"))
    change = log_of(verb)["changes"][0]
    waiting = done(verb("policy", "log", "--as", "gil"))

    done(verb("policy", "withdraw", change["id"], *WHY, "--as", "gil"))

    assert "For nothing" in waiting
    assert "For nothing" not in done(verb("policy", "log", "--as", "gil"))


def test_a_rehearsal_of_other_rules_is_not_bound_to_a_change(verb: Verb, work: Path) -> None:
    """What was rehearsed before the last change to the folder is not what is proposed."""
    other = work.parent / "other.json"
    told = json.loads(done(verb("policy", "rehearse", str(work), "--json")))
    other.write_text(json.dumps(told | {"after": "0" * 64}), "utf-8")
    given = ("--title", "Other", *WHY, "--rehearsal", str(other), "--as", "gil")

    ended = verb("policy", "propose", str(work), *given)

    assert (1, True) == (ended.code, "is of rules 000000000000" in ended.err), ended.err


def test_what_is_no_rehearsal_is_not_bound_to_a_change(verb: Verb, work: Path) -> None:
    """The sentence says how to write one."""
    other = work.parent / "notes.txt"
    other.write_text("none", "utf-8")
    given = ("--title", "None", *WHY, "--rehearsal", str(other), "--as", "gil")

    ended = verb("policy", "propose", str(work), *given)

    assert (1, True) == (ended.code, "mercat policy rehearse" in ended.err)


def test_where_nothing_was_put_back_there_is_nothing_to_go_on_with(verb: Verb) -> None:
    """The command for after a restore changes nothing on any other day."""
    before = len(log_of(verb)["numbers"])

    ended = verb("policy", "accept-restored", *WHY, "--as", "gil")

    assert (1, True) == (ended.code, "nothing was put back" in ended.err), ended.err
    assert before == len(log_of(verb)["numbers"])


def test_the_key_is_printed_for_opa(verb: Verb) -> None:
    """On one line of an environment file."""
    name, _, key = done(verb("policy", "key")).strip().partition("=")

    assert ("POLICY_KEY", 124) == (name, len(key))


def test_a_body_that_never_ran_has_the_rules_that_come_with_mercat(tmp_path: Path) -> None:
    """Its rules can be written out before its first start; a folder of no body is refused."""
    env = environment(tmp_path / "keys")
    body, work, other = make_folder(tmp_path / "body"), tmp_path / "work", tmp_path / "other"
    other.mkdir()

    written = call("policy", "edit", work, "--folder", body, env=env)
    refused = call("policy", "edit", tmp_path / "none", "--folder", other, env=env)

    assert (0, 1) == (written.code, refused.code), written.err
    assert read_rule_set() == read_rule_set(work)
    assert f"{other} holds nothing yet" in refused.err


def test_what_a_check_finds_a_fault_in_is_not_proposed(verb: Verb, tmp_path: Path) -> None:
    """A rule that no engine could run would be refused only when it came into force."""
    broken = tmp_path / "work"
    write_rule_set(broken, read_rule_set())
    rule = broken / "content" / "emoji" / "emoji.rego"
    rule.write_text(rule.read_text("utf-8") + "\nreasons contains 1 if {{\n", "utf-8")
    before = len(log_of(verb)["changes"])

    refused = verb("policy", "propose", str(broken), "--title", "Broken", *WHY, "--as", "gil")

    assert 1 == refused.code
    assert "content/emoji/emoji.rego line " in refused.out
    assert before == len(log_of(verb)["changes"])
