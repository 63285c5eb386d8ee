"""Makes a draft of an order: whom it answers, as which account, and whether it is one at all."""

import re
from typing import Any, Final

from schemas.act import ACT_KINDS_WITH_TARGET, ACT_KINDS_WITH_TEXT, ActContent, ActKind
from services.policy.act import Act, new_act
from services.policy.desk_work import Work
from services.policy.grants import signed
from services.policy.orders import DraftAct
from services.policy.people import person_key
from services.policy.situation import SIGNED_KINDS
from services.runtime.audit_entry import BODY_SUBJECT
from services.runtime.effects import Key
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError

POST_KINDS: Final[tuple[ActKind, ...]] = (
    *("reply", "repost", "hide", "delete", "pin"),
    *("unhide", "unpin"),
)
"""Acts on a post; the others that have a target are on an account, which the order names."""
LANGUAGE: Final = re.compile(r"[a-z]{2}")


def new_draft(work: Work, order: DraftAct) -> Act:
    """Return a fresh draft: whom it answers, as which account, on what wording.

    Raises RejectError, NotFoundError or NotAllowedError, in words.
    """
    post = _post(work, order)
    account = _account(work, order, post)
    work.account(account)
    target = _target(order, post)
    check_shape(order.kind, order.text, target)
    content = ActContent(
        kind=order.kind,
        account=account,
        text=own_words(work, order.kind, account, order.text),
        language=order.language or (None if post is None else _language(post)),
        media=order.media,
        target=target,
        parent_revision=None if post is None else post["revision"],
        salt=work.parts.fresh_token(),
    )
    subject = BODY_SUBJECT
    if post is not None and post["author"]:
        subject = work.parts.subject_of(str(post["source"]), str(post["author"]))
    return new_act(
        content,
        id=work.parts.fresh_id(),
        author_id=work.actor.person_id,
        subject=subject,
        drafted_at_ms=work.now_ms,
        case_id=order.case_id or (None if post is None else post["case_id"]),
        conversation_id=None if post is None else post["conversation_id"],
        post_id=None if post is None else post["id"],
    )


def own_words(work: Work, kind: ActKind, account: str, text: str) -> str:
    """Return what somebody writes as an account, signed with their initials where that is asked."""
    if kind not in SIGNED_KINDS:
        return text
    asked = (work.actor.person_id, account, work.now_ms, work.now_ms)
    return signed(text, work.parts.store.select("grants_now_for", asked), work.now_ms)


def _post(work: Work, order: DraftAct) -> dict[str, Any] | None:
    if order.post_id is not None:
        row = work.row(Key("posts", order.post_id))
        if row is None or row["state"] != "live":
            raise NotFoundError(f"There is no post {order.post_id}, or it was removed.")
        _require_team(work, str(row["team"]))
        # The case says what the act is about, and so which halts and grants are for it.
        if order.case_id not in (None, row["case_id"]):
            raise RejectError("That post is not of that case; name one of the two.")
        return {**row, "id": order.post_id}
    if order.case_id is None:
        return None
    case = work.row(Key("cases", order.case_id))
    if case is None:
        raise NotFoundError(f"There is no case {order.case_id}; `mercat inbox TEAM` lists them.")
    _require_team(work, str(case["team"]))
    rows = work.parts.store.select("latest_post_of_case", (order.case_id,))
    if not rows:
        raise RejectError("Nothing is left in this case that could be answered.")
    return dict(rows[0])


def _require_team(work: Work, team: str) -> None:
    person = work.row(person_key(work.actor.person_id))
    teams = str(person["teams"]).split() if person is not None else []
    if teams and team not in teams:
        raise NotAllowedError(f"This is a case of {team}; you write for {', '.join(teams)}.")


def _account(work: Work, order: DraftAct, post: dict[str, Any] | None) -> str:
    """Return which account acts: the one that answers where the post was said."""
    if post is None:
        if order.account is None:
            raise RejectError("Name the account that is to speak, or the case or post it answers.")
        return order.account
    source = post["source"]
    answering = next((each.id for each in work.parts.accounts if each.source == source), None)
    if answering is None:
        raise RejectError(
            f"No account of ours speaks where this was said ({source}); answer it there, then "
            "close the case with `mercat close`."
        )
    if order.account not in (None, answering):
        raise RejectError(f"account: what was said at {source} is answered as {answering}.")
    return answering


def _target(order: DraftAct, post: dict[str, Any] | None) -> str | None:
    """Return what is acted on: the post, where the act is about one, or what the order names."""
    if post is None or order.kind not in POST_KINDS:
        return order.target
    native_id = str(post["native_id"])
    if order.target not in (None, native_id):
        raise RejectError("target: is another post than the one named; leave it out.")
    return native_id


def _language(post: dict[str, Any]) -> str | None:
    language = str(post["language"] or "")
    return language if LANGUAGE.fullmatch(language) else None


def check_shape(kind: ActKind, text: str, target: str | None) -> None:
    """Raise RejectError where an act of this kind lacks what it needs, or has what it cannot."""
    # A profile may say nothing: so one that said nothing before can be set back.
    if kind in ACT_KINDS_WITH_TEXT and kind != "profile" and not text.strip():
        raise RejectError("text: there is nothing to say; write something.")
    if kind in ACT_KINDS_WITH_TARGET and target is None:
        raise RejectError(f"target: say what the {kind} is for, by case, post or target.")
    if kind not in ACT_KINDS_WITH_TEXT and text:
        raise RejectError(f"text: a {kind} has no text; leave it out.")
