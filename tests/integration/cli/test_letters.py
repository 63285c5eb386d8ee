"""`mercat dead-letters` and `mercat objections`: what was set aside, and who is not read."""

import json
from pathlib import Path

from tests.dead_letters import set_aside
from tests.folders import make_folder, write_rows
from tests.mercat_process import Running, call, run
from tests.stored import counts

LETTER = "a" * 32


def test_dead_letters_are_listed_with_place_and_cause(ran: Path, env: dict[str, str]) -> None:
    """Whoever looks reads where the item stood and what was wrong with it."""
    plain = call("dead-letters", "list", "--folder", ran, env=env)
    as_json = call("dead-letters", "list", "--json", "--folder", ran, env=env)

    (letter,) = json.loads(as_json.out)
    assert "from   source:rows, rows.jsonl, line 7" in plain.out
    assert ("wrong type", "waiting") == (letter["cause"], letter["state"])
    assert "text is of the wrong type" in plain.out


def test_a_dead_letter_shows_the_trace_of_its_post(ran: Path, env: dict[str, str]) -> None:
    """It is the post's id, by which its events and lines are found; what was no event has none."""
    set_aside(ran, "posts.received.v1", LETTER)

    plain = call("dead-letters", "list", "--folder", ran, env=env)
    letters = json.loads(call("dead-letters", "list", "--json", "--folder", ran, env=env).out)

    traces = {letter["origin"]: letter["trace_id"] for letter in letters}
    post = traces["posts.received.v1"]
    assert f"    trace  {post}\n" in plain.out
    shown = json.loads(call("show", post, "--json", "--folder", ran, env=env).out)
    assert post in json.dumps(shown)
    assert traces["source:rows"] is None
    assert "head" not in letters[0]


def test_what_never_became_a_post_is_put_away_with_a_reason(ran: Path, env: dict[str, str]) -> None:
    """It waits no more, so that no alert stays on for it; what it said is kept, with why."""
    listed = ("dead-letters", "list", "--json", "--folder", ran)
    (letter,) = json.loads(call(*listed, env=env).out)
    put_away = ("dead-letters", "put-away", letter["id"], "--folder", ran)

    done = call(*put_away, "--why", "Mended where it came from", env=env)
    again = call(*put_away, "--why", "Mended where it came from", env=env)

    assert (0, "1 dead letter put away.\n") == (done.code, done.out)
    assert "no dead letter" in again.err
    assert [] == json.loads(call(*listed, env=env).out)
    (kept,) = json.loads(call(*listed, "--state", "put-away", env=env).out)
    assert f"{letter['detail']}; put away: Mended where it came from" == kept["detail"]


def test_a_folder_without_dead_letters_says_so(tmp_path: Path, env: dict[str, str]) -> None:
    """Nothing to see is said in words, and is an empty list for programs."""
    folder = make_folder(tmp_path / "body", rows=[{"id": "1", "text": "Bins."}])
    run("run", folder, "--until-idle", env=env)

    plain = call("dead-letters", "list", "--folder", folder, env=env)
    retried = call("dead-letters", "retry", "--all", "--folder", folder, env=env)

    assert "No dead letters" in plain.out
    assert (1, True) == (retried.code, "none waits" in retried.err)


def test_a_letter_from_a_topic_is_put_back(ran: Path, env: dict[str, str]) -> None:
    """It is appended to its topic again, handled as the repeat it is, and listed as retried."""
    set_aside(ran, "posts.classified.v1", LETTER)
    before = counts(ran)

    ended = call("dead-letters", "retry", "--all", "--folder", ran, env=env)
    settled = run("run", ran, "--until-idle", env=env)

    listed = call("dead-letters", "list", "--state", "retried", "--json", "--folder", ran, env=env)
    assert (0, "1 dead letter put back.\n") == (ended.code, ended.out)
    assert settled.code == 0, settled.err
    assert [LETTER] == [letter["id"] for letter in json.loads(listed.out)]
    assert counts(ran) == {**before, "log": before["log"] + 1}


def test_a_running_process_puts_it_back(ran: Path, env: dict[str, str]) -> None:
    """The command asks the process that has the folder."""
    set_aside(ran, "posts.classified.v1", LETTER)

    with Running(ran, env=env):
        ended = call("dead-letters", "retry", LETTER, "--json", "--folder", ran, env=env)

    assert json.loads(ended.out)["retried"] == 1


def test_a_letter_from_a_source_cannot_be_put_back(ran: Path, env: dict[str, str]) -> None:
    """What never became a post is to be mended where it came from, and the place is named."""
    listed = call("dead-letters", "list", "--json", "--folder", ran, env=env)
    (letter,) = json.loads(listed.out)

    ended = call("dead-letters", "retry", letter["id"], "--folder", ran, env=env)
    unknown = call("dead-letters", "retry", "b" * 32, "--folder", ran, env=env)

    assert (1, 1) == (ended.code, unknown.code)
    assert "mend it where it came from (rows, rows.jsonl, line 7)" in ended.err
    assert f"no dead letter {'b' * 32} waits" in unknown.err


def test_an_objection_keeps_the_next_post_out(ran: Path, env: dict[str, str]) -> None:
    """Once it is noted, nothing of that person is taken in; after withdrawal it is again."""
    added = call("objections", "add", "@Ann@social.example", "--folder", ran, env=env)
    before = counts(ran)
    write_rows(ran / "rows.jsonl", [{"id": "7", "text": "Bin!", "author": "ann@social.example"}])
    while_noted = run("run", ran, "--until-idle", env=env)
    between = counts(ran)
    withdrawn = call("objections", "withdraw", "@ann@social.example", "--folder", ran, env=env)
    write_rows(ran / "rows.jsonl", [{"id": "8", "text": "Bin?", "author": "ann@social.example"}])
    run("run", ran, "--until-idle", env=env)

    assert (0, 0, 0) == (added.code, while_noted.code, withdrawn.code)
    assert between["posts"] == before["posts"]
    assert counts(ran)["posts"] == before["posts"] + 1


def test_an_objection_noted_while_it_runs_is_listed(ran: Path, env: dict[str, str]) -> None:
    """The list shows source, date and note, and no name."""
    with Running(ran, env=env):
        call(
            "objections",
            "add",
            "ann",
            "--source",
            "rows",
            "--reason",
            "Letter",
            "--folder",
            ran,
            env=env,
        )
        plain = call("objections", "list", "--folder", ran, env=env)
        (row,) = json.loads(call("objections", "list", "--json", "--folder", ran, env=env).out)

    assert ("rows", "Letter") == (row["source"], row["reason"])
    assert "Letter" in plain.out
    assert "ann" not in plain.out


def test_an_objection_that_is_not_there_cannot_be_withdrawn(ran: Path, env: dict[str, str]) -> None:
    """A name at one source is another entry than the name at all sources."""
    call("objections", "add", "ann", "--folder", ran, env=env)

    ended = call("objections", "withdraw", "ann", "--source", "rows", "--folder", ran, env=env)

    assert ended.code == 1
    assert "no such objection is on the list" in ended.err
