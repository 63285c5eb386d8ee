"""The policy engine of the embedded default: regopy in a child process, under a deadline."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Pipe
from multiprocessing.util import Finalize
from typing import Any, Final

import structlog

from services.policy.bundle import ENTRYPOINT, Bundle
from services.policy.regopy_child import QUESTION_BYTES_MAX, READY, Loaded
from services.runtime.errors import EngineUnavailableError
from services.runtime.gate import Facts

QUESTIONS_WAITING_MAX: Final = 64
ANSWER_BYTES_MAX: Final = 1_000_000
MEMORY_BYTES_MAX: Final = 256 * 1024 * 1024
START_SECONDS_MAX: Final = 60.0
BACKOFF_SECONDS: Final = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
CLOSE_SECONDS_MAX: Final = 5.0

log = structlog.get_logger(__name__)


class _Child:
    """A process that answers, with our end of its pipe."""

    def __init__(self) -> None:
        """Start it: it loads regopy and waits for its rules."""
        self.pipe, theirs = Pipe()
        # A program of its own, not a spawned copy of this one: regopy has to be loaded first.
        self.process = subprocess.Popen(  # noqa: S603 - our own module, no words from outside
            [sys.executable, "-P", "-m", "services.policy.regopy_child", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()

    def end(self) -> None:
        """Kill it, and let everything of it go."""
        self.process.kill()
        self.process.wait()
        self.pipe.close()


class RegopyEngine:
    """Asks regopy, in a child that is replaced when it dies, hangs or says what it should not.

    Questions are asked one at a time; `seconds_max` bounds each, its wait for others and for a
    child that is just starting included. After a fault the next child starts at once, then after
    pauses that grow to 10 seconds until one has answered. Bounded: 64 questions wait at most.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        seconds_max: float,
        memory_bytes_max: int = MEMORY_BYTES_MAX,
        entrypoint: str = ENTRYPOINT,
    ) -> None:
        """Begin to start a child, and do not wait for it: what is not there yet is unavailable."""
        self._revision = bundle.revision
        self._seconds_max = seconds_max
        self._loaded = Loaded(
            modules=dict(bundle.modules),
            documents=dict(bundle.documents),
            entrypoint=entrypoint,
            memory_bytes_max=memory_bytes_max,
            question_seconds_max=seconds_max,
        )
        self._waiting = threading.BoundedSemaphore(QUESTIONS_WAITING_MAX)
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._child: _Child | None = None
        self._faults = 0
        self._number = 0
        self._closing = threading.Event()
        # Python waits at its end for a child that ignores its polite signal: one that nobody
        # closed has to be killed before.
        self._at_exit = Finalize(None, self.close, exitpriority=1)
        self._keeper = threading.Thread(target=self._keep, name="policy-engine", daemon=True)
        self._keeper.start()

    @property
    def revision(self) -> str:
        """The revision of the bundle that children load."""
        return self._revision

    @property
    def pid(self) -> int | None:
        """The present child's process id; None while there is no child."""
        child = self._child
        return child.process.pid if child else None

    def evaluate(self, facts: Facts) -> object:
        """Return what the rules answer, unchecked. Raises EngineUnavailableError."""
        until = time.monotonic() + self._seconds_max
        question = json.dumps(dict(facts), ensure_ascii=False, allow_nan=False).encode("utf-8")
        if len(question) > QUESTION_BYTES_MAX - 32:
            raise EngineUnavailableError("the question is longer than the engine takes")
        with self._my_turn(until):
            child = self._present_child(until)
            try:
                reply = self._exchange(child, question, until)
            except BaseException:
                # Whatever is still on its way from this child belongs to no later question.
                self._drop(child)
                raise
            self._faults = 0
        if "answer" not in reply:
            raise EngineUnavailableError(str(reply.get("failure", "the engine gave no answer")))
        return reply["answer"]

    def close(self) -> None:
        """End the child; whoever waits for it is told that it is unavailable."""
        self._closing.set()
        with self._changed:
            child, self._child = self._child, None
            self._changed.notify_all()
        if child:
            child.end()
        if threading.current_thread() is not self._keeper:
            self._keeper.join(CLOSE_SECONDS_MAX)
        self._at_exit.cancel()

    @contextlib.contextmanager
    def _my_turn(self, until: float) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise EngineUnavailableError(f"{QUESTIONS_WAITING_MAX} questions wait already")
        try:
            if not self._turn.acquire(timeout=max(0.0, until - time.monotonic())):
                raise EngineUnavailableError("the engine was busy for too long")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._waiting.release()

    def _present_child(self, until: float) -> _Child:
        with self._changed:
            self._changed.wait_for(
                lambda: self._child or self._closing.is_set(), max(0.0, until - time.monotonic())
            )
            if self._closing.is_set():
                raise EngineUnavailableError("the engine was closed")
            if self._child is None:
                raise EngineUnavailableError("the engine is not running")
            return self._child

    def _exchange(self, child: _Child, question: bytes, until: float) -> dict[str, Any]:
        self._number += 1
        number = str(self._number).encode()
        try:
            child.pipe.send_bytes(number + b"\n" + question)
            if not child.pipe.poll(max(0.0, until - time.monotonic())):
                raise EngineUnavailableError(
                    f"the engine did not answer within {self._seconds_max:g} seconds"
                )
            answered, _, reply = child.pipe.recv_bytes(ANSWER_BYTES_MAX).partition(b"\n")
        except (EOFError, OSError) as error:
            raise EngineUnavailableError("the engine ended before it answered") from error
        try:
            said = json.loads(reply)
        except (ValueError, RecursionError) as error:
            raise EngineUnavailableError("the engine's answer cannot be read") from error
        if answered != number or not isinstance(said, dict):
            raise EngineUnavailableError("the engine answered something else than was asked")
        return said

    def _drop(self, child: _Child) -> None:
        with self._changed:
            if self._child is not child:
                return
            self._child = None
            self._faults += 1
            self._changed.notify_all()
        child.end()
        log.warning("policy engine lost", exit_code=child.process.returncode, faults=self._faults)

    def _keep(self) -> None:
        """See to it that there is a child, until closed: the whole life of the keeper."""
        while not self._closing.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._child is None or self._closing.is_set())
            pause = BACKOFF_SECONDS[min(self._faults, len(BACKOFF_SECONDS) - 1)]
            if self._closing.wait(pause):
                return
            child = self._started()
            with self._changed:
                if child is None:
                    self._faults += 1
                elif self._closing.is_set():
                    child.end()
                else:
                    self._child = child
                    self._changed.notify_all()

    def _started(self) -> _Child | None:
        child = _Child()
        until = time.monotonic() + START_SECONDS_MAX
        with contextlib.suppress(EOFError, OSError):
            child.pipe.send_bytes(json.dumps(self._loaded, ensure_ascii=False).encode("utf-8"))
            while not self._closing.is_set() and time.monotonic() < until:
                if child.pipe.poll(0.1):
                    if child.pipe.recv_bytes(len(READY)) == READY:
                        return child
                    break
        child.end()
        if not self._closing.is_set():
            log.error("policy engine did not start", exit_code=child.process.returncode)
        return None
