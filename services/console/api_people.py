"""The API's paths about people: who works here, their roles, grants and tokens."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Response

from schemas.verdict import Role
from services.console.api_access import (
    PEOPLE_READERS,
    ItemId,
    Key,
    PeopleReader,
    Who,
    desk_of,
    needs_one_of,
)
from services.console.api_bodies import ChangeBody, ComplaintBody, TokenBody, TrustBody, WhyBody
from services.console.api_documents import CHANGING, READING, VERSIONED, documented
from services.console.api_rows import told
from services.console.api_shapes import (
    GrantEnded,
    GrantGiven,
    Me,
    People,
    PersonDone,
    PersonShown,
    TokenEnded,
    TokenGiven,
    TrustMoved,
    TrustOfPerson,
)
from services.console.parts import ConsoleParts
from services.console.versions import ETAG, IfMatch, etag_of, version_in
from services.policy.orders import AddPerson, GiveGrant
from services.runtime.errors import NotFoundError

TRUST_READERS: Final[frozenset[Role]] = PEOPLE_READERS | {"duty-officer", "approver"}
LoginPath = Annotated[
    str, Path(min_length=2, max_length=40, pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$")
]


def add_people_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show people and change who they are here."""

    @api.get("/me", responses=documented(READING))
    def me(actor: Who) -> Me:
        """Say who asks, as Mercat knows them."""
        return Me(
            person_id=actor.person_id,
            login=actor.login,
            roles=tuple(sorted(actor.roles)),
            signed_in_by=actor.signed_in_by,
        )

    @api.get("/people", responses=documented(READING))
    def people(reader: PeopleReader) -> People:
        """List everybody with roles, teams, grants and tokens (never a token itself)."""
        del reader
        return People.model_validate({"items": [told(row) for row in desk_of(parts).people()]})

    @api.get("/people/{login}", responses=documented(READING, etag=True))
    def person(login: LoginPath, reader: PeopleReader, response: Response) -> PersonShown:
        """Show somebody."""
        del reader
        shown = PersonShown.model_validate(told(_person(parts, login)))
        response.headers[ETAG] = etag_of(shown.version)
        return shown

    @api.post("/people", status_code=201, responses=documented(CHANGING))
    def add(body: AddPerson, actor: Who, response: Response, key: Key = None) -> PersonDone:
        """Add somebody who works with Mercat."""
        order = body.model_dump(mode="json", exclude_unset=True)
        done = PersonDone.model_validate(
            desk_of(parts).carry_out("add-person", order, actor, key=key)
        )
        response.headers["Location"] = f"/api/v1/people/{done.login}"
        return done

    @api.patch("/people/{login}", responses=documented(VERSIONED))
    def change(
        login: LoginPath, body: ChangeBody, actor: Who, if_match: IfMatch, key: Key = None
    ) -> PersonDone:
        """Give somebody other roles or teams; what is left out stays."""
        order = {**body.told(), "login": login, "version": version_in(if_match)}
        return PersonDone.model_validate(
            desk_of(parts).carry_out("change-person", order, actor, key=key)
        )

    @api.post("/people/{login}/leave", responses=documented(CHANGING))
    def leave(login: LoginPath, body: WhyBody, actor: Who, key: Key = None) -> PersonDone:
        """End somebody's work here, with their tokens and grants; the record stays."""
        order = {**body.told(), "login": login}
        return PersonDone.model_validate(
            desk_of(parts).carry_out("person-leaves", order, actor, key=key)
        )


def add_leave_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that give and end tokens and grants."""

    @api.post("/people/{login}/tokens", status_code=201, responses=documented(CHANGING))
    def issue(login: LoginPath, body: TokenBody, actor: Who, key: Key = None) -> TokenGiven:
        """Give somebody a personal token: it is shown this once."""
        order = {**body.told(), "login": login}
        reply = desk_of(parts).carry_out("issue-token", order, actor, key=key)
        return TokenGiven.model_validate(told(reply))

    @api.post("/tokens/{token_id}/revoke", responses=documented(CHANGING))
    def revoke(token_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> TokenEnded:
        """End a token."""
        order = {**body.told(), "token_id": token_id}
        return TokenEnded.model_validate(
            desk_of(parts).carry_out("revoke-token", order, actor, key=key)
        )

    @api.post("/grants", status_code=201, responses=documented(CHANGING))
    def grant(body: GiveGrant, actor: Who, key: Key = None) -> GrantGiven:
        """Give somebody leave to do some kinds of act as an account, for a time."""
        order = body.model_dump(mode="json", exclude_unset=True)
        reply = desk_of(parts).carry_out("give-grant", order, actor, key=key)
        return GrantGiven.model_validate(told(reply))

    @api.post("/grants/{grant_id}/end", responses=documented(CHANGING))
    def end(grant_id: ItemId, body: WhyBody, actor: Who, key: Key = None) -> GrantEnded:
        """End a grant before its time; it holds from the next send on."""
        order = {**body.told(), "grant_id": grant_id}
        return GrantEnded.model_validate(
            desk_of(parts).carry_out("end-grant", order, actor, key=key)
        )


def add_trust_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show how far somebody is trusted, and that change it."""

    @api.get("/people/{login}/trust", responses=documented(READING))
    def trust(login: LoginPath, actor: Who) -> TrustOfPerson:
        """Show where somebody stands on the ladder of trust; everybody sees their own."""
        if actor.login != login:
            needs_one_of(actor, "How far others are trusted", TRUST_READERS)
        return TrustOfPerson.model_validate({"items": desk_of(parts).trust(login)})

    @api.post("/people/{login}/trust", responses=documented(CHANGING))
    def set_trust(login: LoginPath, body: TrustBody, actor: Who, key: Key = None) -> TrustMoved:
        """Put somebody on a level for an account; nobody does so for themselves."""
        order = {**body.told(), "login": login}
        return TrustMoved.model_validate(
            desk_of(parts).carry_out("trust-set", order, actor, key=key)
        )

    @api.post("/people/{login}/complaints", responses=documented(CHANGING))
    def complain(login: LoginPath, body: ComplaintBody, actor: Who, key: Key = None) -> TrustMoved:
        """Take a complaint about what somebody did; it takes them down a level at once."""
        order = {**body.told(), "login": login}
        return TrustMoved.model_validate(
            desk_of(parts).carry_out("trust-complaint", order, actor, key=key)
        )


def _person(parts: ConsoleParts, login: str) -> Mapping[str, Any]:
    for row in desk_of(parts).people():
        if row["login"] == login:
            return row
    raise NotFoundError(f"There is nobody with the login {login!r}.")
