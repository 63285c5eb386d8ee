"""Which process sends for an account: one at a time, wherever there are several."""

from typing import Final, Protocol


class LeaveToSend(Protocol):
    """Leave to send for an account, held by one process at a time.

    `shared` says that a process other than this may send, now or after this: what is found on its
    way may then still be on its way.
    """

    @property
    def shared(self) -> bool:
        """Return whether other processes may have leave at other times."""
        ...

    def hold(self, account: str) -> bool:
        """Take leave if nobody else has it; return whether this process has it now."""
        ...

    def holds(self, account: str) -> bool:
        """Return whether this process has it at this moment; takes none."""
        ...

    def release(self, account: str) -> None:
        """Give it back: somebody else may take it at once."""
        ...


class _Alone:
    """The one process there is: a folder's lock sees to that."""

    shared = False

    def hold(self, account: str) -> bool:
        """Return that it has leave."""
        del account
        return True

    holds = hold

    def release(self, account: str) -> None:
        """Keep it: nobody else could take it."""


ALONE: Final[LeaveToSend] = _Alone()
