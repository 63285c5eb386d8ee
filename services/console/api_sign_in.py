"""The API's paths about sign-in: links, recovery by two people, passkeys and sessions."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Request

from services.console.api_access import Key, Who, desk_of
from services.console.api_bodies import NoteBody, WhyBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import told
from services.console.api_shapes import Done, Shape
from services.console.parts import ConsoleParts
from services.policy.sign_in import PASSKEYS_MAX, SESSIONS_MAX
from services.runtime.clock import to_epoch_ms
from services.runtime.errors import NotAllowedError, NotFoundError

Login = Annotated[str, Path(min_length=2, max_length=40, pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$")]
PasskeyId = Annotated[str, Path(min_length=1, max_length=1_400, pattern=r"^[A-Za-z0-9_-]+$")]
READERS: Final = frozenset({"governance", "auditor"})


class LinkDone(Done):
    """A link, shown this once; or that a second officer has to agree to it."""

    state: str
    link: str | None = None
    expires_at: datetime | None = None


class PasskeyShown(Shape):
    """A passkey: its key is never told."""

    id: str
    label: str
    state: str
    added_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


class SessionShown(Shape):
    """Where somebody is signed in, and since when."""

    id: str
    factors: str
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime


class SignInShown(Shape):
    """By what somebody signs in, and where they are signed in."""

    passkeys: tuple[PasskeyShown, ...]
    sessions: tuple[SessionShown, ...]


class SignInDone(Done):
    """What was ended."""


def add_sign_in_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about sign-in."""

    @api.get("/people/{login}/sign-in", responses=documented(READING))
    def show(login: Login, actor: Who) -> SignInShown:
        """Show passkeys and sessions: one's own, or as governance or auditor anybody's."""
        rows = parts.store.select("person_by_login", (login,))
        if not rows:
            raise NotFoundError(f"There is nobody with the login {login!r}.")
        person_id = str(rows[0]["id"])
        if person_id != actor.person_id and not actor.is_operator and not READERS & actor.roles:
            raise NotAllowedError("That is somebody else's; governance officers may look.")
        now_ms = to_epoch_ms(parts.now())
        passkeys = parts.store.select("passkeys_of_person", (person_id, PASSKEYS_MAX))
        sessions = parts.store.select("sessions_live_of", (person_id, now_ms, SESSIONS_MAX))
        shown = {"passkeys": [_told(each) for each in passkeys]}
        return SignInShown.model_validate({**shown, "sessions": [_told(each) for each in sessions]})

    @api.post("/people/{login}/sign-in/link", responses=documented(CHANGING))
    def link(login: Login, body: NoteBody, actor: Who, request: Request) -> LinkDone:
        """Give somebody without a passkey a link for their first one."""
        order = {**body.told(), "login": login}
        return _link(parts, request, desk_of(parts).carry_out("sign-in-link", order, actor))

    @api.post("/people/{login}/sign-in/recovery", responses=documented(CHANGING))
    def recover(login: Login, body: WhyBody, actor: Who, request: Request) -> LinkDone:
        """Ask for a new link for somebody who lost their passkeys, or agree to one."""
        order = {**body.told(), "login": login}
        return _link(parts, request, desk_of(parts).carry_out("sign-in-recover", order, actor))

    @api.post("/people/{login}/sign-in/end", responses=documented(CHANGING))
    def end(login: Login, body: WhyBody, actor: Who, key: Key = None) -> SignInDone:
        """Sign somebody out wherever they are signed in."""
        order = {**body.told(), "login": login}
        reply = desk_of(parts).carry_out("sign-in-end-sessions", order, actor, key=key)
        return SignInDone(sentence=str(reply["sentence"]))

    @api.post("/sign-in/passkeys/{passkey_id}/end", responses=documented(CHANGING))
    def end_passkey(
        passkey_id: PasskeyId, body: WhyBody, actor: Who, key: Key = None
    ) -> SignInDone:
        """End a passkey."""
        order = {**body.told(), "passkey_id": passkey_id}
        reply = desk_of(parts).carry_out("sign-in-end-passkey", order, actor, key=key)
        return SignInDone(sentence=str(reply["sentence"]))


def _link(parts: ConsoleParts, request: Request, reply: Any) -> LinkDone:
    """Return an answer with the whole link: its secret stands where no server is sent it."""
    secret = reply.get("secret")
    port = request.url.port
    here = parts.sign_in_address or f"http://localhost{f':{port}' if port else ''}"
    shown = {name: each for name, each in told(reply).items() if name not in ("secret", "login")}
    return LinkDone.model_validate({**shown, "link": secret and f"{here}/sign-in#{secret}"})


def _told(row: Any) -> dict[str, Any]:
    hidden = ("public_key", "digest")
    return told({name: value for name, value in row.items() if name not in hidden})
