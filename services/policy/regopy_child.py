"""The process in which regopy answers: nothing else of Mercat ever loads that library.

What regopy cannot bear (memory used up, constructs it cannot compile) ends the process it runs in,
so it gets one of its own, with a limit on memory and an alarm on time. It is a program by itself,
`python -m services.policy.regopy_child FD`, that loads regopy before anything else: where another
C++ library came first, regopy was seen to lose 100 kB with each question.
"""

import gc
import itertools
import json
import re
import resource
import signal
import sys
from json.encoder import encode_basestring
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypedDict

READY: Final = b"ready"
LOADED_BYTES_MAX: Final = 32 * 1024 * 1024
QUESTION_BYTES_MAX: Final = 65_536
COLLECT_EVERY: Final = 1_000
ALARM_GRACE_SECONDS: Final = 5.0

_ANSWER: Final = "answer"
_CODE: Final = re.compile(r'"code":\s*"(?P<code>[a-z_]{1,60})"')


class Loaded(TypedDict):
    """What the process starts from: rules, what they see as `data`, what is asked, its limits."""

    modules: dict[str, str]
    documents: dict[str, Any]
    entrypoint: str
    memory_bytes_max: int
    question_seconds_max: float


def answer_questions(pipe: Connection) -> None:
    """Take in the rules, then answer until the pipe closes: the whole life of the process.

    A question is a number, a line end and JSON; its answer has the same number, so that no answer
    is ever taken for that to another question.
    """
    # Ctrl-C and a supervisor's end reach the whole group; the parent ends us when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import regopy  # noqa: F401 - before the limit: its allocator reserves room it never uses

    try:
        loaded: Loaded = json.loads(pipe.recv_bytes(LOADED_BYTES_MAX))
        limit_memory(loaded["memory_bytes_max"])
        rules = CompiledRules(loaded)
        gc.collect()
        gc.freeze()
        pipe.send_bytes(READY)
        for asked in itertools.count(1):
            number, _, question = pipe.recv_bytes(QUESTION_BYTES_MAX).partition(b"\n")
            # The parent kills sooner; this ends a process whose parent is no more.
            alarm_seconds = loaded["question_seconds_max"] + ALARM_GRACE_SECONDS
            signal.setitimer(signal.ITIMER_REAL, alarm_seconds)
            reply = json.dumps(rules.reply(question.decode("utf-8")), ensure_ascii=False)
            signal.setitimer(signal.ITIMER_REAL, 0)
            pipe.send_bytes(number + b"\n" + reply.encode("utf-8"))
            if asked % COLLECT_EVERY == 0:
                gc.collect()
    except (EOFError, OSError):
        return


class CompiledRules:
    """Rules compiled once, asked many times.

    Raises ValueError where regopy does not take them; for some it ends the process instead.
    """

    def __init__(self, loaded: Loaded) -> None:
        from regopy import Interpreter

        self._interpreter = Interpreter()
        # Off by default, and then a builtin that fails silences its rule.
        self._interpreter.strict_built_in_errors = True
        for place, source in loaded["modules"].items():
            self._interpreter.add_module(place, source)
        self._interpreter.add_data_json(json.dumps(loaded["documents"], ensure_ascii=False))
        self._bundle = self._interpreter.build(f"{_ANSWER}={loaded['entrypoint']}")
        if not self._bundle.ok():
            raise ValueError("regopy does not take these rules")

    def reply(self, question: str) -> dict[str, Any]:
        """Return `{"answer": ...}`, or `{"failure": ...}` in words that repeat nothing asked.

        What goes wrong before the new input is in place never lets the old one be asked again.
        """
        from regopy import Input
        from regopy.rego_shared import RegoError

        try:
            facts = json.loads(question)
            # Without a backslash in it, every string is written as it is.
            written = as_written(facts) if "\\" in question else facts
            self._interpreter.set_input(Input(written))
            output = self._interpreter.query_bundle(self._bundle)
        except (RegoError, ValueError):
            return {"failure": "the rules could not be run"}
        if not output.ok():
            found = _CODE.search(str(output))
            code = f" ({found['code']})" if found else ""
            return {"failure": f"a rule failed{code}"}
        bindings = [result.bindings for result in output.results if result.bindings]
        if len(bindings) != 1 or _ANSWER not in bindings[0]:
            return {"failure": "the rules gave no answer"}
        return {"answer": bindings[0][_ANSWER]}


def as_written(value: Any) -> Any:
    """Return a JSON value with each string as regopy keeps it: as it would be written in JSON.

    regopy compares strings in that form: a quotation mark from outside equals one in a rule only
    where it comes behind its backslash.
    """
    if isinstance(value, str):
        return encode_basestring(value)[1:-1]
    if isinstance(value, dict):
        return {as_written(key): as_written(within) for key, within in value.items()}
    if isinstance(value, list):
        return [as_written(within) for within in value]
    return value


def limit_memory(further_bytes_max: int) -> None:
    """Let the address space grow by no more than this; where the system does not tell it, not."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return
    limit = pages * resource.getpagesize() + further_bytes_max
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    answer_questions(Connection(int(sys.argv[1])))
