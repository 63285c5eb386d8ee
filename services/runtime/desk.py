"""The desk as a port: where everybody who speaks hands in what they want done."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.runtime.actor import Actor


class Desk(Protocol):
    """Carries out the verbs of speaking, each in one transaction, and reads what they left.

    `carry_out` returns what a program may read, with `sentence` saying it in words; `key` makes a
    repeat of the same order by the same person return the first answer. It raises NotAllowedError
    (403), NotFoundError (404), VersionConflictError (409 or 412), RejectError (422),
    RetryLaterError (503). An act's JSON holds: id, version, state, sending (None or its state,
    remote_id, link, attempt, detail), account, kind, author (login), case_id, post_id, target,
    text, language, media, digest, decision, reasons, needs, revision, sentence, approvals, times.
    """

    def sign_in(self, token: str) -> Actor | None:
        """Return whose personal token this is, or None where it is nobody's or has ended."""
        ...

    def carry_out(
        self, verb: str, arguments: Mapping[str, Any], actor: Actor, *, key: str | None = None
    ) -> Mapping[str, Any]:
        """Carry out a verb of `services/policy/orders.py` for somebody."""
        ...

    def act(self, act_id: str) -> Mapping[str, Any]:
        """Return an act as it stands. Raises NotFoundError."""
        ...

    def acts(
        self, *, state: str | None, case_id: str | None, after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Return acts in order of id, after one, filtered; a page of them."""
        ...

    def halts(self) -> Sequence[Mapping[str, Any]]:
        """Return every halt, those in force first."""
        ...

    def accounts(self) -> Sequence[Mapping[str, Any]]:
        """Return every account with its mode, and what other mode somebody asks for."""
        ...

    def trust(self, login: str) -> Sequence[Mapping[str, Any]]:
        """Return where somebody stands on the ladder of trust, an account each. NotFoundError."""
        ...

    def people(self) -> Sequence[Mapping[str, Any]]:
        """Return everybody with roles, teams, grants and tokens (never a token itself)."""
        ...
