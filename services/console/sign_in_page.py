"""The page where people sign in by a passkey, and where its script sends what a browser answers."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pydantic import BaseModel, ConfigDict, Field

from services.console.buckets import Buckets
from services.console.house_pages import SAME_ORIGIN, TEMPLATES, address_of, comes_from_our_page
from services.console.parts import ConsoleParts, SignInAtPage
from services.console.problems import problem, problem_of
from services.console.sessions import cookie_name, scheme_of, secret_in
from services.console.sign_in import network_of
from services.policy.passkeys import Site
from services.policy.sign_in_desk import SignedIn
from services.runtime.errors import MercatError, NotAllowedError, RejectError, RetryLaterError

TRIES_PER_SECOND: Final = 0.2
TRIES_AT_ONCE: Final = 20
LOCAL: Final = "localhost"
_GIVEN: Final = ConfigDict(frozen=True, extra="forbid")
Secret = Annotated[str, Field(min_length=8, max_length=128)]
Challenge = Annotated[str, Field(min_length=8, max_length=128)]
Answer = Annotated[dict[str, Any], Field(min_length=1, max_length=20)]
Told = TypeVar("Told", bound=Response)


class LinkGiven(BaseModel):
    """The secret of a link, from behind its `#`: what stands there reaches no server's log."""

    model_config = _GIVEN

    secret: Secret


class Answered(BaseModel):
    """What a browser's authenticator answered to a challenge."""

    model_config = _GIVEN

    challenge: Challenge
    answer: Answer


class PasskeyMade(Answered):
    """A passkey that a browser made, and what its owner calls it."""

    label: Annotated[str, Field(max_length=100)] = ""


def sign_in_routes(parts: ConsoleParts) -> APIRouter:
    """Return the page and what its script asks."""
    router = APIRouter()
    place = _Place(parts)

    @router.get("/sign-in")
    def page(request: Request) -> HTMLResponse:
        return place.page(request)

    @router.get("/sign-in/me")
    def me(request: Request) -> Response:
        return place.asked(request, lambda: place.me(request), ours=False)

    @router.post("/sign-in/link")
    def link(request: Request, given: LinkGiven) -> Response:
        return place.asked(request, lambda: place.begun(request, place.desk.by_link(given.secret)))

    @router.post("/sign-in/options")
    def options(request: Request) -> Response:
        return place.asked(
            request, lambda: JSONResponse(dict(place.desk.sign_in_options(place.site(request))))
        )

    @router.post("/sign-in/passkey")
    def passkey(request: Request, given: Answered) -> Response:
        return place.asked(
            request,
            lambda: place.begun(
                request,
                place.desk.by_passkey(place.site(request), given.challenge, given.answer),
            ),
        )

    @router.post("/sign-in/passkeys/options")
    def new_options(request: Request) -> Response:
        return place.asked(
            request,
            lambda: JSONResponse(
                dict(place.desk.passkey_options(place.secret(request), place.site(request)))
            ),
        )

    @router.post("/sign-in/passkeys")
    def new_passkey(request: Request, given: PasskeyMade) -> Response:
        return place.asked(request, lambda: place.added(request, given))

    @router.post("/sign-in/out")
    def out(request: Request) -> Response:
        return place.asked(request, lambda: place.ended(request))

    return router


class _Place:
    """What the page stands on, and how it answers."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._tries = Buckets(TRIES_PER_SECOND, TRIES_AT_ONCE)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"])
        )

    @property
    def desk(self) -> SignInAtPage:
        """Who signs people in. Raises RetryLaterError where nobody speaks from here."""
        if self._parts.sign_in is None:
            raise RetryLaterError("This Mercat only listens now; nobody signs in here.")
        return self._parts.sign_in

    def site(self, request: Request) -> Site:
        """Return where people sign in. Raises RejectError where a browser could not do it here."""
        address = self._parts.sign_in_address
        title = f"Mercat: {self._parts.body_name}"
        if address is not None:
            return Site(str(urlsplit(address).hostname), address, title)
        host = request.headers.get("host", "")
        if host.partition(":")[0] != LOCAL:
            raise RejectError(
                "Passkeys need a name and a secure address. On this machine, open "
                f"http://localhost:{request.url.port or 80}/sign-in; for others, set "
                "`sign_in.address`."
            )
        return Site(LOCAL, f"http://{host}", title)

    def secret(self, request: Request) -> str:
        """Return the secret of the session that a request has. Raises NotAllowedError."""
        secret = self._cookie(request)
        if secret is None:
            raise NotAllowedError("You are not signed in; use your link, or sign in.")
        return secret

    def asked(
        self, request: Request, answer: Callable[[], Response], *, ours: bool = True
    ) -> Response:
        """Answer what our own page asks, no oftener than people would."""
        if ours and not comes_from_our_page(request, needed=True):
            return problem(HTTPStatus.FORBIDDEN, "Ask from our own page; another site's may not.")
        network = network_of(address_of(request))
        wait_seconds = self._tries.take(network, self._parts.elapsed_seconds()) if ours else 0.0
        if wait_seconds:
            later = {"Retry-After": str(max(1, round(wait_seconds)))}
            said = "Too many tries came from here; wait a little."
            return problem(HTTPStatus.TOO_MANY_REQUESTS, said, later)
        try:
            response = answer()
        except MercatError as error:
            return problem_of(error, on_version=False)
        response.headers["Cache-Control"] = "no-store"
        return response

    def begun(self, request: Request, signed_in: SignedIn) -> Response:
        """Hand a session to the browser that began it."""
        response = JSONResponse({"login": signed_in.actor.login})
        scheme = self._scheme(request)
        response.set_cookie(
            cookie_name(scheme),
            signed_in.secret,
            secure=scheme == "https",
            httponly=True,
            samesite="strict",
            path="/",
        )
        return response

    def added(self, request: Request, given: PasskeyMade) -> Response:
        """Keep a passkey."""
        made = self.desk.add_passkey(
            self.secret(request), self.site(request), given.label, given.challenge, given.answer
        )
        return JSONResponse({"id": made.id, "label": made.label}, HTTPStatus.CREATED)

    def ended(self, request: Request) -> Response:
        """Sign out."""
        secret = self._cookie(request)
        if secret is not None:
            self.desk.sign_out(secret)
        response = JSONResponse({"sentence": "You are signed out."})
        scheme = self._scheme(request)
        response.delete_cookie(cookie_name(scheme), path="/", secure=scheme == "https")
        return response

    def me(self, request: Request) -> Response:
        """Tell who is signed in here, and by what they can sign in."""
        session = self.desk.session_of(self.secret(request))
        if session is None:
            raise NotAllowedError("You are not signed in; use your link, or sign in.")
        actor = self.desk.actor_of(self.secret(request))
        passkeys = [
            {"id": each.id, "label": each.label}
            for each in self.desk.passkeys_of(session.person_id)
            if each.state == "live"
        ]
        told: Mapping[str, Any] = {
            "login": None if actor is None else actor.login,
            "factors": session.factors,
            "passkeys": passkeys,
        }
        return JSONResponse(dict(told))

    def page(self, request: Request) -> HTMLResponse:
        """Return the page."""
        try:
            self.site(request)
            trouble = None if self._parts.sign_in is not None else "Nobody signs in here now."
        except RejectError as error:
            trouble = str(error)
        html = self._templates.get_template("sign_in.html").render(
            body=self._parts.body_name,
            demonstration=self._parts.demonstration,
            trouble=trouble,
        )
        return HTMLResponse(html, headers=SAME_ORIGIN)

    def _scheme(self, request: Request) -> str:
        return scheme_of(self._parts.sign_in_address, request.url.scheme)

    def _cookie(self, request: Request) -> str | None:
        return secret_in(request.headers.get("cookie", ""), self._scheme(request))
