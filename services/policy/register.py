"""Decides what the register says of an account: its purpose, its two owners, its own limits.

No account is anybody's alone: whoever leaves, or is away on the night it matters, leaves a second
person behind who can act. What lacks one is a fault that is told until somebody mends it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, cast

from services.policy.authority_data import Quota
from services.policy.decided import Decided
from services.policy.leave import raised
from services.policy.people import Person, note, person_key, require_active
from services.policy.register_orders import DescribeAccount, ShowName, StepIn
from services.policy.situation import account_key
from services.policy.takeover import Takeover
from services.runtime.actor import Actor
from services.runtime.audit_entry import BODY_SUBJECT, account_chain
from services.runtime.effects import Key, Row
from services.runtime.errors import NotAllowedError, RejectError
from services.runtime.ports import Guard

PLAIN: Final = ("purpose", "audience", "about", "link", "owner_team")
OWNERS: Final = {"owner": "owner_id", "second_owner": "second_owner_id"}
QUOTAS: Final = ("hour", "day")


def public_name_key(takeover_id: str) -> Key:
    """Return where the name stands under which a takeover's curator is shown."""
    return Key("public_names", takeover_id)


def described(
    order: DescribeAccount,
    actor: Actor,
    account: Row,
    people: Mapping[str, Person],
    quota: Quota,
    now_ms: int,
) -> Decided:
    """Change what the register says of an account; what the order leaves out stays.

    `people` are those it names, by login; `quota` is what the rules in force let the account say.
    Raises RejectError where the owners would be one person, or a limit above the rules'.
    """
    changes: dict[str, Any] = {
        name: getattr(order, name) for name in PLAIN if getattr(order, name) is not None
    }
    if order.listed is not None:
        changes["listed"] = int(order.listed)
    for name, column in OWNERS.items():
        login = getattr(order, name)
        if login is not None:
            require_active(people[login])
            changes[column] = str(people[login]["id"])
    changes |= _quotas(order, quota)
    if order.reviewed:
        changes["reviewed_at_ms"] = now_ms
    if not changes:
        raise RejectError("Nothing is to be changed; say at least one thing about the account.")
    after = {**account, **changes}
    if after["owner_id"] is not None and after["owner_id"] == after["second_owner_id"]:
        raise RejectError("An account takes two owners: name another person as the second.")
    decided = _changed(account, changes, now_ms)
    guards = [Guard(person_key(str(each["id"])), _version(each)) for each in people.values()]
    made = note(
        "register.described",
        actor,
        BODY_SUBJECT,
        {"why": order.why, **{name: changes[name] for name in PLAIN if name in changes}},
        chain=account_chain(order.account),
        changed=" ".join(sorted(changes)),
        owner=_text(after["owner_id"]),
        second_owner=_text(after["second_owner_id"]),
        listed=after["listed"] != 0,
        quota_hour=cast("int | None", after["quota_hour"]),
        quota_day=cast("int | None", after["quota_day"]),
    )
    reply = {
        "sentence": f"The register says so of {order.account} now.",
        "account": order.account,
    }
    return replace(decided, reply=reply, guards=[*decided.guards, *guards], notes=[made])


def stepped_in(
    order: StepIn, actor: Actor, account: Row, owner: Person | None, now_ms: int
) -> Decided:
    """Make the second owner the owner, where there is none who works here any more.

    Raises NotAllowedError for anybody else, RejectError while the owner is still at work.
    """
    if actor.person_id != account["second_owner_id"]:
        raise NotAllowedError(f"Only the second owner of {order.account} steps in as its owner.")
    if owner is not None and owner["state"] == "active":
        raise RejectError(
            f"{owner['name']} still works here and owns {order.account}; governance can change it."
        )
    changes = {"owner_id": actor.person_id, "second_owner_id": None}
    decided = _changed(account, changes, now_ms)
    made = note(
        "register.stepped-in",
        actor,
        BODY_SUBJECT,
        {"why": order.why},
        chain=account_chain(order.account),
        owner=actor.person_id,
        owner_before=_text(account["owner_id"]),
    )
    sentence = (
        f"You own {order.account} now. It has no second owner any more: ask governance for one."
    )
    return replace(decided, reply={"sentence": sentence, "account": order.account}, notes=[made])


def name_shown(
    order: ShowName, actor: Actor, takeover: Takeover, person: Person, kept: Row | None, now_ms: int
) -> Decided:
    """Keep under which name a curator agrees to be shown in public, or that they do not.

    It is a part of the name that they are known by here, so that nobody speaks as somebody else.
    Raises NotAllowedError for anybody but the curator, RejectError for another name.
    """
    if actor.person_id != takeover.curator_id:
        raise NotAllowedError("Whether a name is shown is for the curator alone to say.")
    known = {word.casefold() for word in str(person["name"]).split()}
    name = " ".join(order.name.split())
    if not {word.casefold() for word in name.split()} <= known:
        raise RejectError(f"Be shown under {person['name']}, or a part of that; or under no name.")
    key = public_name_key(takeover.id)
    version = None if kept is None else _version(kept)
    row: Row = {
        "person_id": actor.person_id,
        "name": name or None,
        "agreed_at_ms": now_ms,
        "version": (version or 0) + 1,
    }
    made = note(
        "register.name-shown" if name else "register.name-hidden",
        actor,
        f"person:{actor.person_id}",
        {"name": name},
        chain=account_chain(takeover.account),
        takeover=takeover.id,
    )
    said = f"as {name}" if name else "as a guest, under no name"
    return Decided(
        reply={"sentence": f"In public you are shown {said}.", "takeover_id": takeover.id},
        writes={key: row},
        guards=[Guard(key, version), takeover.guard()],
        notes=[made],
    )


def register_faults(account: Row, people: Mapping[str, Row]) -> Iterator[str]:
    """Yield what is wrong with who owns an account; `people` are rows by id."""
    owner, second = (str(account[column] or "") for column in OWNERS.values())
    if not owner and not second:
        yield "nobody owns it; name two owners"
        return
    for person_id, called in ((owner, "owner"), (second, "second owner")):
        person = people.get(person_id)
        if not person_id:
            yield f"it has no {called}; no account is one person's alone"
        elif person is None or person["state"] != "active":
            yield f"its {called} works here no more; " + (
                "the second owner can step in"
                if called == "owner" and second
                else "governance names another"
            )


def owned_by(accounts: Sequence[Row], person_id: str) -> list[str]:
    """Return the accounts of which somebody is an owner."""
    return [
        str(row["id"])
        for row in accounts
        if person_id in (row.get("owner_id"), row.get("second_owner_id"))
    ]


def with_owned(decided: Decided, accounts: Sequence[Row], person_id: str) -> Decided:
    """Return the decision that somebody leaves, naming the accounts that now lack an owner."""
    owned = owned_by(accounts, person_id)
    if not owned:
        return decided
    sentence = (
        f"{decided.reply['sentence']} These accounts need another owner: {', '.join(owned)}; "
        "their second owner can step in now."
    )
    return replace(decided, reply={**decided.reply, "sentence": sentence})


def _quotas(order: DescribeAccount, quota: Quota) -> dict[str, int | None]:
    """Return the limits that an order sets: below the rules' own, or none with 0."""
    found: dict[str, int | None] = {}
    for window in cast("tuple[Literal['hour', 'day'], ...]", QUOTAS):
        wanted: int | None = getattr(order, f"quota_{window}")
        highest: int = getattr(quota, window)
        if wanted is None:
            continue
        if wanted > highest:
            raise RejectError(
                f"The rules let this account say {highest} in the {window}; its own limit can be "
                "lower, never higher."
            )
        found[f"quota_{window}"] = wanted or None
    return found


def _changed(account: Row, changes: Mapping[str, Any], now_ms: int) -> Decided:
    """Return the account's row one version on, so that no sending overtakes the change."""
    writes, guards = raised([account], now_ms)
    key = account_key(str(account["id"]))
    writes[key] = {**(writes[key] or {}), **changes}
    return Decided(writes=writes, guards=guards)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _version(row: Mapping[str, Any]) -> int:
    return cast("int", row["version"])
