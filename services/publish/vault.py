"""The vault as a port: where the secrets of the body's accounts lie, and how one is carried.

Only publish opens it (tests/architecture/test_vault.py): nobody else needs a credential.
"""

from collections.abc import Sequence
from hmac import compare_digest
from typing import Final, NoReturn, Protocol

from services.runtime.audit_entry import SealedEntry
from services.runtime.errors import InputInvalidError

SECRET_LENGTH_MAX: Final = 8_192
ID_LENGTH_MAX: Final = 128
HIDDEN: Final = "Secret(hidden)"
ACCOUNT_PURPOSE: Final = "platform-credential"
"""What an account's credential is for; bound into its seal, so that it serves for nothing else."""


class Secret:
    """A secret in memory that shows itself only where `reveal` is called.

    Printing, formatting, logging, copying, pickling and JSON give nothing away.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment] # a secret is no key of a dictionary

    def __init__(self, value: str) -> None:
        """Take a value. Raises InputInvalidError where it is empty or too long."""
        if not 0 < len(value) <= SECRET_LENGTH_MAX:
            raise InputInvalidError(f"a secret has 1 to {SECRET_LENGTH_MAX:,} characters")
        self._value = value

    def reveal(self) -> str:
        """Return the value: to hand it to a platform, and for nothing else."""
        return self._value

    def hidden_in(self, text: str) -> str:
        """Return a text, such as a platform's error, with this secret taken out of it."""
        return text.replace(self._value, HIDDEN)

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value.encode(), other._value.encode())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


class Vault(Protocol):
    """Secrets by id, encrypted at rest, each bound to one purpose.

    A change is durable, with the entries of the audit that tell of it, when the call returns.
    """

    def put(
        self, secret_id: str, purpose: str, secret: Secret, entries: Sequence[SealedEntry] = ()
    ) -> None:
        """Set a secret, in place of one that was there. Raises InputInvalidError for a bad id."""
        ...

    def open(self, secret_id: str, purpose: str) -> Secret:
        """Return a secret.

        Raises NotFoundError where there is none of that id, PayloadForgedError where what is kept
        was changed, moved from another id, or put for another purpose.
        """
        ...

    def remove(self, secret_id: str, entries: Sequence[SealedEntry] = ()) -> None:
        """Take a secret away. Raises NotFoundError where there is none of that id."""
        ...


def account_secret(account: str) -> str:
    """Return the id under which an account's credential lies."""
    return f"account:{account}"
