"""Who asks for something, how they signed in, and why: every command that speaks carries it."""

from dataclasses import dataclass
from typing import Final

from schemas.envelope import SignedInBy
from schemas.verdict import Role

OPERATOR_ID: Final = "operator"
PROGRAM_ID: Final = "mercat"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work: their opaque id, their login for people to read, and their roles now.

    `credential_id` names the token or session, never holds it. `why` is the person's own reason
    where a command asks for one.
    """

    person_id: str
    login: str
    roles: frozenset[Role]
    signed_in_by: SignedInBy
    credential_id: str = ""
    why: str = ""

    @property
    def is_operator(self) -> bool:
        """Whether this is whoever has the machine: may look after people and keys, never speak."""
        return self.signed_in_by == "machine"


OPERATOR: Final = Actor(OPERATOR_ID, OPERATOR_ID, frozenset(), "machine")
PROGRAM: Final = Actor(PROGRAM_ID, PROGRAM_ID, frozenset(), "program")
ANYBODY: Final = Actor("anybody", "anybody", frozenset(), "program")
"""Whoever uses a page that asks nobody who they are."""
