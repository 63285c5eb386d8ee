"""What the documents tell a reader to type works, in the order in which it stands there."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from tests.docs.documents import Block, blocks, documents, name_of
from tests.fakes import wait_until
from tests.mercat_process import Ended, Running, environment, run

PORT_IN_DOCUMENTS = "8484"
COMMAND_SECONDS_MAX = 60
AN_ID = re.compile(r"\b[0-9a-f]{32}\b")
A_DIGEST = re.compile(r"\b[0-9a-f]{12}\b")
REFUSED = 1
FIRST_CASE = re.compile(r"first case of (?P<team>\S+)(?: that (?P<account>\S+) answers)?")
LATER = 75
"""The exit code that says of itself that the same may succeed a moment later."""
NO_BLOCK = Block("", (), "", 0)
NEWCOMERS = ("README.md", "docs/first-day.md")
"""What these say to type is typed in a shell, each command a start from nothing. Elsewhere what a
shell would only pass on is started as a fork."""
WITH_COMMANDS = [
    document
    for document in documents()
    if any(block.language == "console" for block in blocks(document))
]


class Reader:
    """Does what a document says, block by block, in a folder of its own."""

    def __init__(self, place: Path, port: str, *, afresh: bool = True) -> None:
        self._place = place
        self._port = port
        self._afresh = afresh
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._env = environment(place / "keys", MERCAT_HTTP_PORT=port, PATH=path)
        self._running: Running | None = None
        self._ends = ExitStack()
        self._takeover: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def follow(self, block: Block) -> None:
        """Do what a block is there for."""
        kind, _, rest = block.mark.partition(":")
        self._set(rest if kind == "setting" else "")
        if kind == "file":
            self._file(rest).write_text(block.text, "utf-8")
        elif kind.startswith("in "):
            old = rest.removeprefix(" ").rstrip()
            self._replace(kind.removeprefix("in ").removesuffix(", for"), old, block)
        elif block.language == "console" and kind != "not run":
            self._await_posts(kind)
            self._carry_out(block, kind)

    def _file(self, name: str) -> Path:
        return self._place / name.strip()

    def _replace(self, name: str, old: str, block: Block) -> None:
        path = self._file(name)
        before = path.read_text("utf-8")
        assert before.count(f"\n{old}\n") == 1, f"{name} holds {old!r} once"
        path.write_text(before.replace(f"\n{old}\n", f"\n{block.text}"), "utf-8")

    def _set(self, setting: str) -> None:
        name, equals, value = setting.strip().partition("=")
        if equals:
            self._env[name] = str(self._place / value) if name == "MERCAT_KEYS" else value

    def _await_posts(self, kind: str) -> None:
        if kind.startswith("waits for "):
            wanted = int(kind.split()[2])
            running = self._running
            assert running is not None, "nothing runs that could be waited for"
            wait_until(lambda: len(live_items(running.address)) >= wanted)

    def _carry_out(self, block: Block, marks: str) -> None:
        kind, *more = marks.split("; ")
        named, digest = self._named(kind)
        if "once sent" in more:
            self._await_sent(named)
        for number, (line, output) in enumerate(block.commands, start=1):
            command = AN_ID.sub(named, line.replace(PORT_IN_DOCUMENTS, self._port))
            command = A_DIGEST.sub(digest, command)
            if command.startswith("export "):
                self._set(command.removeprefix("export "))
            elif kind == "goes on" and number == len(block.commands):
                self._leave_running(shlex.split(command))
            else:
                said = self._type(command, block, REFUSED if "refused" in more else 0)
                if kind == "compared":
                    assert output == said.splitlines()

    def _named(self, kind: str) -> tuple[str, str]:  # noqa: PLR0911 - one for each mark
        """Return the id of the case or act that a mark asks for, and an act's short digest."""
        if kind == "newest act":
            act = self._listed("mercat acts")[-1]
            return str(act["id"]), str(act["digest"])[:12]
        if kind == "newest change":
            change = self._listed("mercat policy log --as gail")["changes"][0]
            return str(change["id"]), str(change["digest"])[:12]
        if kind == "the takeover":
            if self._takeover is None:
                takeover = self._listed("mercat takeover list --as gail")[0]
                version = self._listed("mercat takeover terms --as gail")["version"]
                self._takeover = str(takeover["id"]), str(version)
            return self._takeover
        if kind in ("the round", "newest nomination"):
            return self._nomination(kind), ""
        if kind == "the correction":
            return str(self._listed("mercat correct list --as gail")[0]["id"]), ""
        case = FIRST_CASE.fullmatch(kind)
        if case is None:
            return "", ""
        account = f" --account {case['account']}" if case["account"] else ""
        inbox = f"mercat inbox {case['team']}{account}"
        found: list[Any] = []

        def some() -> bool:
            found.extend(self._listed(inbox))
            return bool(found)

        wait_until(some)
        return str(found[0]["id"]), ""

    def _nomination(self, kind: str) -> str:
        """Return the id of the latest round, or of who was named last in it."""
        asked = "mercat takeover nominations"
        newest = str(self._listed(f"{asked} list --as gail")[0]["id"])
        if kind == "the round":
            return newest
        return str(self._listed(f"{asked} show {newest} --as gail")["nominations"][-1]["id"])

    def _await_sent(self, act_id: str) -> None:
        """Wait until an act was sent; its words then stand once on the page that it names."""

        def told() -> Any:
            return json.loads(self._type(f"mercat act {act_id} --json", NO_BLOCK))

        wait_until(lambda: (told()["sending"] or {}).get("state") == "sent")
        act, running = told(), self._running
        assert running is not None, "nothing runs that could have sent it"
        page = httpx.get(f"{running.address}{act['sending']['link']}", trust_env=False).text
        assert 1 == page.count(act["text"])

    def _listed(self, command: str) -> Any:
        return json.loads(self._type(f"{command} --json", NO_BLOCK))

    def _leave_running(self, words: list[str]) -> None:
        assert words[:2] == ["mercat", "run"], "only `mercat run` goes on"
        running = Running(*words[2:], env=self._env, place=self._place, afresh=self._afresh)
        self._running = self._ends.enter_context(running)

    def _type(self, command: str, block: Block, code: int = 0) -> str:
        ended = self._ended(command)
        if ended.code == LATER != code:
            tries = [ended]

            def settled() -> bool:
                tries.append(self._ended(command))
                return tries[-1].code != LATER

            wait_until(settled)
            ended = tries[-1]
        assert ended.code == code, f"line {block.line_number}: {command}\n{ended.out}{ended.err}"
        return ended.out

    def _ended(self, command: str) -> Ended:
        words = words_alone(command)
        if self._afresh or words[:1] != ["mercat"]:
            return self._in_a_shell(command)
        return run(*words[1:], env=self._env, place=self._place)

    def _in_a_shell(self, command: str) -> Ended:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self._place,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS_MAX,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)


def words_alone(command: str) -> list[str]:
    """Return the words of a command that needs no shell, else none."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    needs_shell = any(set("();<>|&") >= {*word} or set("$`*~\n") & {*word} for word in words)
    return [] if needs_shell else words


def live_items(address: str) -> list[object]:
    """Return what the page would show."""
    items: list[object] = httpx.get(f"{address}/live.json", trust_env=False).json()["items"]
    return items


@pytest.fixture
def reader(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """A reader with a free port and an empty folder."""
    named = getattr(request.node, "callspec", None)
    afresh = named is None or name_of(named.params["document"]) in NEWCOMERS
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
    with Reader(tmp_path, port, afresh=afresh) as following:
        yield following


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=name_of)
def test_what_a_document_says_to_type_works(document: Path, reader: Reader) -> None:
    """Every command of a document ends well, in order, in an empty folder."""
    for block in blocks(document):
        reader.follow(block)


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=name_of)
def test_what_is_left_out_says_why(document: Path) -> None:
    """A console block holds commands, and one that no test runs gives its reason."""
    for block in blocks(document):
        if block.language != "console":
            continue
        assert block.commands
        kind, _, reason = block.mark.partition(":")
        assert kind != "not run" or len(reason) > 20


def test_a_command_that_fails_is_found(reader: Reader) -> None:
    """A command that ends with a fault fails its document, with its line."""
    with pytest.raises(AssertionError, match="line 7: mercat dance"):
        reader.follow(Block("console", ["$ mercat dance"], "", 7))


def test_a_refusal_that_does_not_come_is_found(reader: Reader) -> None:
    """A command that a document says is refused fails its document by succeeding."""
    reader.follow(Block("console", ["$ exit 1"], "newest; refused", 7))
    with pytest.raises(AssertionError, match="line 7: true"):
        reader.follow(Block("console", ["$ true"], "newest; refused", 7))


def test_an_output_that_differs_is_found(reader: Reader) -> None:
    """Where a document's output is compared, another one fails it."""
    with pytest.raises(AssertionError):
        reader.follow(Block("console", ["$ echo yes", "no"], "compared", 7))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("mercat acts", ["mercat", "acts"]),
        ('mercat halt everything --why "a <b> & c" --as omar', None),
        ("mercat policy rehearse work --json > rehearsal.json", []),
        ("mercat acts | head", []),
        ('mercat show "$ID"', []),
    ],
)
def test_what_needs_a_shell_is_typed_in_one(command: str, words: list[str] | None) -> None:
    """Only words that a shell would pass on as they stand are passed on without one."""
    assert (shlex.split(command) if words is None else words) == words_alone(command)
