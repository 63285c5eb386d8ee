"""Rows, acts and verdicts to decide on, made by hand."""

from typing import Any, Final

from schemas.act import ActContent
from schemas.verdict import Need, Reason, Role, Verdict
from services.policy.act import Act, new_act
from services.policy.approvals import Approval, new_approval
from services.policy.circumstances import Circumstances
from services.policy.proposals import Judgement
from services.policy.situation import Situation
from services.runtime.actor import Actor

NOW_MS: Final = 1_772_442_000_000
HOUR_MS: Final = 3_600_000
HOURS: Final = (24.0, 72.0)
NEED: Final = Need(roles=("approver", "governance"))
HOLD: Final = Reason(
    rule="authority/four_eyes", severity="hold", message="m", sentence="Ask another.", need=NEED
)
HALT: Final = Reason(
    rule="authority/halted_account", severity="hold", message="m", sentence="It is halted."
)
DENY: Final = Reason(
    rule="content/personal_data", severity="deny", message="m", sentence="It holds a number."
)


def actor(person_id: str = "ines-id", *roles: Role, **values: Any) -> Actor:
    """Return somebody at the desk."""
    return Actor(person_id, person_id.removesuffix("-id"), frozenset(roles), "token", **values)


def act(**values: Any) -> Act:
    """Return a reply of ines to a post about bins, with some values set."""
    content = ActContent(
        kind="reply", account="town", text="On Friday.", target="n1", parent_revision="1"
    )
    plain = new_act(
        content,
        id="act-1",
        author_id="ines-id",
        subject="citizen:1",
        drafted_at_ms=NOW_MS,
        case_id="case-1",
        post_id="post-1",
    )
    return plain.changed(**values)


def person(**values: Any) -> dict[str, Any]:
    """Return a person's row, the id in it."""
    plain = {
        "id": "ines-id",
        "login": "ines",
        "name": "Ines Example",
        "roles": "team-member",
        "teams": "",
        "state": "active",
        "version": 4,
    }
    return plain | values


def account(**values: Any) -> dict[str, Any]:
    """Return an account's row, the id in it."""
    plain = {"id": "town", "platform": "house", "name": "Town", "mode": "normal", "version": 7}
    return plain | values


def grant(**values: Any) -> dict[str, Any]:
    """Return a grant's row, live and wide, the id in it."""
    plain = {
        "id": "grant-1",
        "person_id": "ines-id",
        "account": "town",
        "kinds": "reply statement",
        "themes": "",
        "state": "live",
        "starts_at_ms": NOW_MS - HOUR_MS,
        "ends_at_ms": NOW_MS + HOUR_MS,
        "version": 1,
    }
    return plain | values


def approval(of: Act, who: Actor | None = None, **values: Any) -> Approval:
    """Return somebody's consent to an act."""
    giver = who or actor("moira-id", "approver")
    given: dict[str, Any] = {
        "approval_id": "approval-1",
        "now_ms": NOW_MS,
        "hours": 24.0,
        "one_officer": False,
    }
    return new_approval(of, giver, **(given | values))


def situation(of: Act | None = None, **values: Any) -> Situation:
    """Return all that stands around an act, nothing of it against it."""
    plain: dict[str, Any] = {
        "act": of or act(),
        "author": person(),
        "account": account(),
        "post": {"state": "live", "revision": "1", "language": "en", "text": "When?"},
        "case": {"theme": "bins", "team": "waste"},
        "grants": [grant()],
        "halts": [],
        "approvals": [],
        "approvers": {"moira-id": person(id="moira-id", login="moira", roles="approver")},
        "circumstances": Circumstances(),
    }
    return Situation(**(plain | values))


def verdict(*reasons: Reason, failure: str | None = None) -> Verdict:
    """Return what follows from some reasons."""
    severities = {reason.severity for reason in reasons}
    held = "hold" if failure or "hold" in severities else "allow"
    return Verdict(
        decision="deny" if "deny" in severities else held,
        reasons=reasons,
        needs=tuple(each.need for each in reasons if each.need and each.severity == "hold"),
        revision="r" * 64,
        failure=failure,
    )


def judgement(*reasons: Reason, failure: str | None = None, **values: Any) -> Judgement:
    """Return a verdict with what it rests on."""
    plain: dict[str, Any] = {
        "verdict": verdict(*reasons, failure=failure),
        "verdict_id": "verdict-1",
        "phase": "proposal",
        "facts": {"actor": {"grant": {"id": "grant-1"}}, "approvals": []},
        "now_ms": NOW_MS,
    }
    return Judgement(**(plain | values))
