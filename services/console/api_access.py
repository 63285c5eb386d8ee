"""Who asks, and who may read what; what may be changed is the desk's to say."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Header, Path, Request

from schemas.verdict import Role
from services.console.parts import ConsoleParts
from services.runtime.actor import Actor
from services.runtime.desk import Desk
from services.runtime.errors import NotAllowedError, RetryLaterError

CASE_READERS: Final[frozenset[Role]] = frozenset(
    {"team-member", "approver", "duty-officer", "governance", "auditor", "ops"}
)
CASE_WORKERS: Final[frozenset[Role]] = frozenset({"team-member", "duty-officer", "governance"})
ACT_READERS: Final[frozenset[Role]] = CASE_READERS | {"curator"}
PEOPLE_READERS: Final[frozenset[Role]] = frozenset({"governance", "auditor", "ops"})
AUDIT_READERS: Final[frozenset[Role]] = frozenset({"governance", "auditor"})

ItemId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="Sent again under the same key, a request gets its first answer again.",
    ),
]


def who(request: Request) -> Actor:
    """Return who asks; what stands before every path has let them in."""
    actor: Actor = request.state.actor
    return actor


Who = Annotated[Actor, Depends(who)]


def needs_one_of(actor: Actor, what: str, roles: frozenset[Role]) -> None:
    """Raise NotAllowedError unless somebody is the operator or has one of these roles."""
    if not actor.is_operator and not actor.roles & roles:
        wanted = ", ".join(sorted(roles))
        raise NotAllowedError(f"{what}: this needs one of these roles: {wanted}.")


def reader_of(what: str, roles: frozenset[Role]) -> Callable[[Request], Actor]:
    """Return a dependency that lets the operator and some roles read something, nobody else."""

    def reader(request: Request) -> Actor:
        actor = who(request)
        needs_one_of(actor, what, roles)
        return actor

    return reader


CaseReader = Annotated[Actor, Depends(reader_of("Cases and what people wrote", CASE_READERS))]
ActReader = Annotated[Actor, Depends(reader_of("Acts", ACT_READERS))]
PeopleReader = Annotated[Actor, Depends(reader_of("The list of people", PEOPLE_READERS))]
AuditReader = Annotated[Actor, Depends(reader_of("The audit", AUDIT_READERS))]


def reads_own_only(actor: Actor) -> bool:
    """Return whether somebody sees no acts but their own: a curator without another role."""
    return not actor.is_operator and not actor.roles & CASE_READERS


def desk_of(parts: ConsoleParts) -> Desk:
    """Return the desk. Raises RetryLaterError where this installation has none."""
    if parts.desk is None:
        raise RetryLaterError("This Mercat only listens now; it has no desk to speak from.")
    return parts.desk
