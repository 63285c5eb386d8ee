"""What teams do with cases at the command line: alone, and beside a running process."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.folders import make_folder
from tests.mercat_process import Ended, Running, call, run

Verb = Callable[..., Ended]


@pytest.fixture(params=["alone", "beside a running process"])
def verb(request: pytest.FixtureRequest, ran: Path, env: dict[str, str]) -> Iterator[Verb]:
    """Calls a verb on the folder, which a running process may have at the same time."""

    def called(*arguments: str) -> Ended:
        return call(*arguments, "--folder", ran, env=env)

    if request.param == "alone":
        yield called
        return
    with Running(ran, env=env):
        yield called


def listed(verb: Verb, team: str) -> list[dict[str, Any]]:
    """Return a team's inbox as JSON has it."""
    ended = verb("inbox", team, "--json")
    assert ended.code == 0, ended.err
    cases: list[dict[str, Any]] = json.loads(ended.out)
    return cases


def test_an_inbox_lists_open_cases(verb: Verb) -> None:
    """A team sees its cases with what was said first, and what is overdue."""
    ended = verb("inbox", "waste")

    (case,) = listed(verb, "waste")
    assert ended.code == 0
    assert "waste: 1 open case, 1 overdue" in ended.out
    assert "The bins were not emptied, again." in ended.out
    assert ("missed-bins", True, 1) == (case["theme"], case["overdue"], case["posts_live"])


def test_an_inbox_says_who_can_answer(verb: Verb) -> None:
    """A source where no account speaks is named as such; an unknown account is refused."""
    ended = verb("inbox", "waste")
    refused = verb("inbox", "waste", "--account", "town")

    (case,) = listed(verb, "waste")
    assert "rows, no account speaks there" in ended.out
    assert ("rows", None) == (case["source"], case["answers_as"])
    assert (1, "mercat: there is no account 'town'; the accounts are none\n") == (
        refused.code,
        refused.err,
    )


def test_a_case_and_its_post_can_be_shown(verb: Verb) -> None:
    """Both ids lead to what was said, who has it, and why."""
    (case,) = listed(verb, "lighting")

    by_case = verb("show", case["id"])
    by_post = verb("show", case["first_post_id"], "--json")

    assert "A wire down in Mill Lane!" in by_case.out
    assert "Wire down" in by_case.out
    assert case["id"] == json.loads(by_post.out)["case"]["id"]


@pytest.mark.parametrize("by", ["id", "first_post_id"])
def test_a_reroute_moves_the_case(verb: Verb, by: str) -> None:
    """Named by its own id or its post's, the case is in the other inbox when the command ends."""
    (case,) = listed(verb, "waste")

    ended = verb(
        *(
            "reroute",
            case[by],
            "lighting",
            "--reason",
            "It is about lights",
            "--by",
            "ann",
            "--json",
        )
    )

    assert ended.code == 0, ended.err
    assert "from waste to lighting" in json.loads(ended.out)["sentence"]
    assert listed(verb, "waste") == []
    assert case["first_post_id"] in [each["first_post_id"] for each in listed(verb, "lighting")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("{case}", "dancing"), "there is no team 'dancing'; the teams are waste, lighting"),
        (("0" * 32, "waste"), "there is no post and no case 0000"),
        (("{case}", "lighting", "--theme", "missed-bins"), "'missed-bins' is no theme of lighting"),
        (("{case}", "lighting", "--reason", "x"), "reason: String should have at least 3"),
    ],
)
def test_a_reroute_that_cannot_be_says_why(
    verb: Verb, arguments: tuple[str, ...], said: str
) -> None:
    """A team, theme or case that is not there is named, and nothing moves."""
    (case,) = listed(verb, "waste")
    given = [argument.replace("{case}", str(case["id"])) for argument in arguments]

    ended = verb("reroute", "--reason", "It is so", *given)

    assert ended.code == 1
    assert said in ended.err
    assert [case] == listed(verb, "waste")


def test_a_case_is_closed_and_reopened(verb: Verb) -> None:
    """A closed case leaves the inbox, says what came of it, and comes back as it was."""
    (case,) = listed(verb, "waste")

    closed = verb("close", case["id"], "--outcome", "answered", "--reason", "Told", "--by", "ann")
    empty, shown = listed(verb, "waste"), verb("show", case["id"])
    opened = verb("reopen", case["first_post_id"], "--reason", "Not so", "--by", "ann")

    assert (0, f"Case {case['id']} is closed: answered.\n") == (closed.code, closed.out)
    assert [] == empty
    assert "Outcome       answered" in shown.out
    assert (0, f"Case {case['id']} is open again.\n") == (opened.code, opened.out)
    assert [case] == listed(verb, "waste")


def test_a_case_is_merged_into_another(verb: Verb) -> None:
    """The other one shows it, and is due when the first of them is."""
    (waste,) = listed(verb, "waste")
    (lighting,) = listed(verb, "lighting")

    answer = verb("merge", lighting["id"], waste["id"], "--reason", "One matter", "--json")
    shown = json.loads(verb("show", waste["id"], "--json").out)

    assert answer.code == 0, answer.err
    assert (lighting["id"], waste["id"]) == tuple(
        json.loads(answer.out)[name] for name in ("case", "into")
    )
    assert [] == listed(verb, "lighting")
    (left,) = listed(verb, "waste")
    nearest = min(waste["deadline"], lighting["deadline"])
    assert (1, nearest) == (left["merged_cases"], left["deadline"])
    assert ([lighting["id"]], nearest) == (
        [each["id"] for each in shown["merged"]],
        shown["case"]["deadline"],
    )
    assert f"Answers also  {lighting['id']}, due" in verb("show", waste["id"]).out
    assert f"Merged into   {waste['id']}" in verb("show", lighting["id"]).out
    assert "(and 1 merged)" in verb("inbox", "waste").out


def test_a_post_is_split_off_and_its_case_moves_alone(tmp_path: Path, env: dict[str, str]) -> None:
    """The new case has its post; rerouted, it leaves the old one where it was."""
    asked = {"id": "2", "parent_id": "1", "text": "And who sees to the lamps?"}
    folder = make_folder(tmp_path / "body", [{"id": "1", "text": "The bins."}, asked])
    run("run", folder, "--until-idle", env=env)

    def verb(*arguments: str) -> Ended:
        return call(*arguments, "--folder", folder, env=env)

    with Running(folder, env=env):
        (case,) = listed(verb, "waste")
        posts = json.loads(verb("show", case["id"], "--json").out)["posts"]
        split = verb("split", case["id"], posts[1]["id"], "--reason", "Another matter", "--json")
        new = json.loads(split.out)["new_case"]
        moved = verb("reroute", new, "lighting", "--reason", "About lamps")

    assert "and its case alone went from waste to lighting" in moved.out, moved.err
    assert [case["id"]] == [each["id"] for each in listed(verb, "waste")]
    assert [new] == [each["id"] for each in listed(verb, "lighting")]
    assert f"Split from    {case['id']}" in verb("show", new).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("close", "0" * 32, "--outcome", "answered"), "there is no case 0000"),
        (("reopen", "{case}"), "is open already; there is nothing to do"),
        (("merge", "{case}", "{case}"), "cannot be merged into itself"),
        (("merge", "{case}", "0" * 32), "there is no case 0000"),
        (("split", "{case}", "{post}"), "these are all the posts"),
        (("split", "{case}", "0" * 32), "is not in case"),
        (("split", "{case}", "0" * 33), "posts.0: String should have at most 32"),
    ],
)
def test_an_act_on_a_case_that_cannot_be_says_why(
    verb: Verb, arguments: tuple[str, ...], said: str
) -> None:
    """The answer comes at once, nothing changes, and no dead letter is left behind."""
    (case,) = listed(verb, "waste")
    letters = verb("dead-letters", "list", "--json").out
    names = {"case": case["id"], "post": case["first_post_id"]}

    ended = verb(*(each.format(**names) for each in arguments), "--reason", "It is so")

    assert ended.code == 1
    assert said in ended.err
    assert [case] == listed(verb, "waste")
    assert letters == verb("dead-letters", "list", "--json").out


def test_an_inbox_of_no_team_says_which_there_are(ran: Path, env: dict[str, str]) -> None:
    """A slip in a team's name is answered with the teams."""
    ended = call("inbox", "wsate", "--folder", ran, env=env)

    assert (1, "") == (ended.code, ended.out)
    assert "the teams are waste, lighting, contact" in ended.err


def test_an_unknown_id_is_told(ran: Path, env: dict[str, str]) -> None:
    """An id that nothing has is named, and where ids stand."""
    ended = call("show", "f" * 32, "--folder", ran, env=env)

    assert ended.code == 1
    assert "`mercat inbox TEAM` lists cases" in ended.err


def test_the_folder_may_be_named_by_the_environment(ran: Path, env: dict[str, str]) -> None:
    """MERCAT_FOLDER stands for --folder, and without either the cure is named."""
    named = call("inbox", "waste", env={**env, "MERCAT_FOLDER": str(ran)})
    unnamed = call("inbox", "waste", env=env)

    assert "1 open case" in named.out
    assert (1, True) == (unnamed.code, "MERCAT_FOLDER" in unnamed.err)


def test_a_crashed_process_does_not_stand_in_the_way(
    ran: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """A control file left by a crash, or pointing at another Mercat, is passed over."""
    other = tmp_path / "other"
    shutil.copytree(ran, other)
    with Running(other, env=env) as running:
        control = {"url": f"{running.address}/control", "token": "another's"}
        (ran / "control.json").write_text(json.dumps(control), "utf-8")
        beside = call("objections", "add", "ann", "--folder", ran, env=env)
    after = call("objections", "add", "bob", "--folder", ran, env=env)

    assert [(0, ""), (0, "")] == [(beside.code, beside.err), (after.code, after.err)]
