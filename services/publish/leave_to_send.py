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


class Leases(Protocol):
    """What one process at a time has, by name; see `services/store/postgres_leases.py`."""

    def hold(self, name: str) -> bool:
        """Take a lease unless another process has it; return whether it is held here now."""
        ...

    def holds(self, name: str) -> bool:
        """Return whether a lease is still held here."""
        ...

    def release(self, name: str) -> None:
        """Let another process have a lease."""
        ...


class LeasedLeave:
    """Leave to send by leases, one for each account, over all processes of one database."""

    shared = True

    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    def hold(self, account: str) -> bool:
        """Take leave if nobody else has it; return whether this process has it now."""
        return self._leases.hold(lease_name(account))

    def holds(self, account: str) -> bool:
        """Return whether this process has it at this moment."""
        return self._leases.holds(lease_name(account))

    def release(self, account: str) -> None:
        """Give it back."""
        self._leases.release(lease_name(account))


def lease_name(account: str) -> str:
    """Return the name of the lease by which a process sends for an account."""
    return f"send {account}"
