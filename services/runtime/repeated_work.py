"""Work that is done again and again in a thread of its own, until it is told to stop."""

import threading
from collections.abc import Callable


class RepeatedWork:
    """Does its work every so often; a bug ends it, and stays in `crashed_with`.

    `at_once`: the first time is at the start, and not a pause later. `at_last`: it is done once
    more when told to stop.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        every_seconds: float,
        *,
        at_once: bool = False,
        at_last: bool = False,
    ) -> None:
        self._work = work
        self._every_seconds = every_seconds
        self._at_once = at_once
        self._at_last = at_last
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.crashed_with: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the work in hand; nothing happens where it never began."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    def wait(self, seconds: float) -> None:
        """Wait from within the work, for no longer than until it is told to stop."""
        self._stopping.wait(seconds)

    def _run(self) -> None:
        try:
            if self._at_once and not self.stopping:
                self._work()
            while not self._stopping.wait(self._every_seconds):
                self._work()
            if self._at_last:
                self._work()
        except BaseException as error:  # noqa: BLE001 - handed up: the process ends with it
            self.crashed_with = error
