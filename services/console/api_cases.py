"""The API's reading of inbox, cases and conversations, and what may be done with a case."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path

from services.console.api_access import (
    CASE_WORKERS,
    CaseReader,
    ItemId,
    Key,
    Who,
    desk_of,
    needs_one_of,
)
from services.console.api_bodies import (
    AnswerBody,
    Body,
    CloseBody,
    MergeBody,
    RerouteBody,
    SplitBody,
    WhyBody,
)
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import act_told, cases_told, posts_told
from services.console.api_shapes import (
    ActShown,
    CaseDetail,
    CaseDone,
    ConversationShown,
    InboxItem,
    Page,
)
from services.console.cursors import ITEMS_USUAL, Cursor, Limit, next_link, place_in
from services.console.parts import ConsoleParts
from services.console.repeats import Repeats
from services.route.listing import as_json, due_first
from services.runtime.actor import Actor
from services.runtime.effects import Row
from services.runtime.errors import NotFoundError

START: Final = (-1, "")
ACTS_MAX: Final = 100
TeamId = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def add_case_reading_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that read what came in."""

    @api.get("/inbox/{team}", responses=documented(READING))
    def inbox(
        team: TeamId, reader: CaseReader, limit: Limit = ITEMS_USUAL, cursor: Cursor = None
    ) -> Page[InboxItem]:
        """List a team's open cases, what is due first on top."""
        del reader
        if team not in {known.id for known in parts.teams}:
            raise NotFoundError(f"There is no team {team!r}.")
        what: dict[str, str | None] = {"team": team}
        place = place_in(cursor, what, START)
        rows = parts.store.select("inbox_after", (team, *place, limit + 1))
        items = cases_told(rows[:limit], parts.now(), parts.answering)
        link = None
        if len(rows) > limit:
            last = rows[limit - 1]
            behind = (int(str(last["deadline_ms"])), str(last["id"]))
            link = next_link(f"/api/v1/inbox/{team}", what, limit, behind)
        return Page(items=[InboxItem.model_validate(item) for item in items], next=link)

    @api.get("/conversations/{conversation_id}", responses=documented(READING))
    def conversation(conversation_id: ItemId, reader: CaseReader) -> ConversationShown:
        """Show a conversation: its posts, oldest first, and its cases."""
        del reader
        rows = parts.store.select("conversation", (conversation_id,))
        if not rows:
            raise NotFoundError(f"There is no conversation {conversation_id}.")
        cases = parts.store.select("conversation_cases", (conversation_id,))
        posts = parts.store.select("conversation_posts", (conversation_id,) * 2)
        return ConversationShown.model_validate(
            {
                **rows[0],
                "cases": cases_told(cases, parts.now()),
                "posts": posts_told(posts, parts.answering),
            }
        )

    @api.get("/cases/{case_id}", responses=documented(READING))
    def case(case_id: ItemId, reader: CaseReader) -> CaseDetail:
        """Show a case with its posts, oldest first, what was merged into it, and its acts."""
        del reader
        row = _case(parts, case_id)
        merged = parts.store.select("merged_cases", (case_id,))
        posts = parts.store.select("case_posts", (case_id,))
        acts: Any = ()
        if parts.desk is not None:
            acts = parts.desk.acts(state=None, case_id=case_id, after=None, limit=ACTS_MAX)
        return CaseDetail.model_validate(
            {
                "case": cases_told([due_first(row, merged)], parts.now())[0],
                "posts": posts_told(posts, parts.answering),
                "merged": [as_json(each) for each in merged],
                "acts": acts,
            }
        )


def add_case_changing_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that answer, close, reopen, merge, split and reroute a case."""
    work = _CaseWork(parts)

    @api.post("/cases/{case_id}/answer", status_code=201, responses=documented(CHANGING))
    def answer(case_id: ItemId, body: AnswerBody, actor: Who, key: Key = None) -> ActShown:
        """Draft a reply to a case and propose it at once."""
        arguments = {**body.told(), "case_id": case_id}
        reply = desk_of(parts).carry_out("answer", arguments, actor, key=key)
        return ActShown.model_validate(act_told(parts.store, reply))

    @api.post("/cases/{case_id}/close", responses=documented(CHANGING))
    def close(case_id: ItemId, body: CloseBody, actor: Who, key: Key = None) -> CaseDone:
        """Close a case, and say what came of it."""
        return work.carry_out("close", case_id, body, actor, key)

    @api.post("/cases/{case_id}/reopen", responses=documented(CHANGING))
    def reopen(case_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> CaseDone:
        """Work on a closed case again, with the deadline that it had."""
        return work.carry_out("reopen", case_id, body, actor, key)

    @api.post("/cases/{case_id}/merge", responses=documented(CHANGING))
    def merge(case_id: ItemId, body: MergeBody, actor: Who, key: Key = None) -> CaseDone:
        """Have a case answered with another one."""
        return work.carry_out("merge", case_id, body, actor, key)

    @api.post("/cases/{case_id}/split", responses=documented(CHANGING))
    def split(case_id: ItemId, body: SplitBody, actor: Who, key: Key = None) -> CaseDone:
        """Give some posts of a case a case of their own."""
        return work.carry_out("split", case_id, body, actor, key)

    @api.post("/cases/{case_id}/reroute", responses=documented(CHANGING))
    def reroute(case_id: ItemId, body: RerouteBody, actor: Who, key: Key = None) -> CaseDone:
        """Give a case, and its conversation with it, to another team."""
        return work.carry_out("reroute", case_id, body, actor, key, named="post")


class _CaseWork:
    """Hands verbs about cases to listening, each once for each key."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._repeats = Repeats()

    def carry_out(
        self,
        verb: str,
        case_id: str,
        body: Body,
        actor: Actor,
        key: str | None,
        *,
        named: str = "case",
    ) -> CaseDone:
        needs_one_of(actor, "Changing a case", CASE_WORKERS)
        _case(self._parts, case_id)
        told = body.told()
        arguments = {
            **{name: value for name, value in told.items() if name != "why"},
            named: case_id,
            "reason": told["why"],
            "requested_by": actor.login,
        }
        request = {"verb": verb, **arguments}
        carrier = partial(self._parts.commands.carry_out, verb, arguments, actor)
        reply = self._repeats.once(actor.person_id, key, request, carrier)
        return CaseDone.model_validate({**reply, "case": case_id})


def _case(parts: ConsoleParts, case_id: str) -> Row:
    rows = parts.store.select("case", (case_id,))
    if not rows:
        raise NotFoundError(f"There is no case {case_id}; an inbox lists them.")
    return rows[0]
