"""The house platform's public pages: threads, one thread, an account, and all of it as feeds."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.concurrency import run_in_threadpool

from services.console.house_feeds import ATOM, JSON_FEED, Feed, atom, json_feed
from services.console.house_place import HousePlace, Postbox, form_key, same_origin
from services.console.live import day_time
from services.console.parts import ConsoleParts
from services.console.problems import problem
from services.house.configuration import full_handle
from services.house.rules import tidied
from services.house.sqlite_house_reading import PAGE_MAX
from services.house.threads import NAME_LENGTH_MAX, TEXT_LENGTH_MAX, HouseAct, Thread
from services.runtime.errors import MercatError, RetryLaterError

TEMPLATES: Final = Path(__file__).parent / "templates"
FORM_BYTES_MAX: Final = 16_384
LATEST_COUNT: Final = 50
FORM_BYTES: Final = 16
SAME_ORIGIN: Final = {"Referrer-Policy": "same-origin"}
"""Under `no-referrer` a browser sends a form with `Origin: null`, which tells us nothing."""

LANGUAGES: Final = (
    ("en", "English"),
    ("cy", "Cymraeg"),
    ("gd", "Gàidhlig"),
    ("ga", "Gaeilge"),
    ("pl", "Polski"),
    ("ro", "Română"),
    ("uk", "Українська"),
    ("pa", "ਪੰਜਾਬੀ"),
    ("ur", "اردو"),
    ("ar", "العربية"),
    ("bn", "বাংলা"),
    ("zh", "中文"),
)


def house_routes(parts: ConsoleParts, place: HousePlace, postbox: Postbox) -> APIRouter:
    """Return the pages and feeds that anybody may read, and the form where posting is open."""
    router = APIRouter(prefix="/house")
    pages = HousePages(parts, place)
    house = place.house

    @router.get("")
    def threads(page: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 1) -> HTMLResponse:
        return pages.threads(page)

    @router.get("/feed.{ending}")
    def feed(request: Request, ending: str) -> Response:
        root = pages.root(request)
        posts = house.latest(LATEST_COUNT)
        whole = Feed(pages.title, f"{root}/house/feed", f"{root}/house", posts)
        return pages.feed(whole, root, ending)

    @router.get("/threads/{thread_id}.{ending}")
    def thread_feed(request: Request, thread_id: str, ending: str) -> Response:
        root = pages.root(request)
        found = house.thread(thread_id)
        if found is None:
            return pages.absent("thread")
        page = f"{root}/house/threads/{thread_id}"
        posts = [(placed.post, placed.author) for placed in found.placed]
        return pages.feed(Feed(pages.title, page, page, posts), root, ending)

    @router.get("/threads/{thread_id}")
    def thread(thread_id: str, answer: Annotated[str, Query(max_length=64)] = "") -> HTMLResponse:
        found = house.thread(thread_id)
        return pages.absent("thread") if found is None else pages.thread(found, answer)

    @router.get("/accounts/{handle}")
    def account(handle: str) -> HTMLResponse:
        return pages.account(handle)

    @router.post("/posts")
    async def post(request: Request) -> Response:
        form = await form_of(request)
        if form is None or not comes_from_our_page(request, needed=True):
            return problem(HTTPStatus.FORBIDDEN, "post from the form on this page itself")
        return await run_in_threadpool(_posted, parts, pages, postbox, request, form)

    return router


class HousePages:
    """Makes the pages; every text in them is escaped by the template it stands in."""

    def __init__(self, parts: ConsoleParts, place: HousePlace) -> None:
        self._parts = parts
        self._place = place
        self._zone = ZoneInfo(parts.zone)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html", "xml"])
        )
        self.title = f"{place.title}: {parts.body_name}"

    def threads(
        self,
        page: int = 1,
        *,
        said: Mapping[str, str] | None = None,
        refusal: MercatError | None = None,
    ) -> HTMLResponse:
        """Return a page of threads; `said` and `refusal` are of a post that was not taken."""
        found = self._place.house.threads(page)
        return self._page("house.html", said, refusal, found=found)

    def thread(
        self,
        found: Thread,
        answer: str,
        *,
        said: Mapping[str, str] | None = None,
        refusal: MercatError | None = None,
    ) -> HTMLResponse:
        """Return a thread's page, with a form to answer one of its posts, the first by default."""
        authors = {placed.post.id: placed.author.name for placed in found.placed}
        live = {placed.post.id for placed in found.placed if not placed.post.deleted}
        target = answer if answer in live else found.id
        return self._page(
            "thread.html",
            said,
            refusal,
            found=found,
            authors=authors,
            target=target if target in live else None,
        )

    def refused(
        self, parent_id: str | None, said: Mapping[str, str], refusal: MercatError
    ) -> HTMLResponse:
        """Return the page a post was written on, with its words and the reason why it is not up."""
        house = self._place.house
        parent = None if parent_id is None else house.post(parent_id)
        found = None if parent is None else house.thread(parent.thread_id)
        if parent is None or found is None:
            return self.threads(said=said, refusal=refusal)
        return self.thread(found, parent.id, said=said, refusal=refusal)

    def account(self, handle: str) -> HTMLResponse:
        """Return an account's page: whom it blocks, mutes or follows is nobody else's matter."""
        house = self._place.house
        found = house.account(handle)
        if found is None:
            return self.absent("account")
        pinned = [post for post in map(house.post, found.pinned) if post and not post.hidden]
        return self._html("account.html", HTTPStatus.OK, account=found, pinned=pinned)

    def absent(self, what: str) -> HTMLResponse:
        """Return the page for what is not there."""
        return self._html("absent.html", HTTPStatus.NOT_FOUND, what=what)

    def feed(self, feed: Feed, root: str, ending: str) -> Response:
        """Return a feed in the format that the address ends in."""
        match ending:
            case "atom":
                return Response(atom(feed, root, self._templates), media_type=ATOM)
            case "json":
                content = json.dumps(json_feed(feed, root), ensure_ascii=False)
                return Response(content, media_type=JSON_FEED)
            case _:
                return self.absent("feed")

    def root(self, request: Request) -> str:
        """Return what links begin with: the settings' address, else where this was asked."""
        return self._place.address or str(request.base_url).rstrip("/")

    def _page(
        self,
        template: str,
        said: Mapping[str, str] | None,
        refusal: MercatError | None,
        **values: Any,
    ) -> HTMLResponse:
        status = HTTPStatus.OK
        if refusal is not None:
            late = isinstance(refusal, RetryLaterError)
            status = HTTPStatus.TOO_MANY_REQUESTS if late else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._html(
            template,
            status,
            said=said or {},
            refusal=None if refusal is None else str(refusal),
            form=secrets.token_hex(FORM_BYTES),
            languages=LANGUAGES,
            text_length_max=TEXT_LENGTH_MAX,
            name_length_max=NAME_LENGTH_MAX,
            **values,
        )

    def _html(self, template: str, status: HTTPStatus, **values: Any) -> HTMLResponse:
        page = self._templates.get_template(template).render(
            body=self._parts.body_name,
            demonstration=self._parts.demonstration,
            title=self._place.title,
            open=self._place.open,
            rules=self._parts.public_rules is not None,
            full=lambda handle: full_handle(handle, self._place.domain),
            when=self._when,
            **values,
        )
        return HTMLResponse(page, status_code=status, headers=SAME_ORIGIN)

    def _when(self, moment: datetime) -> str:
        return day_time(moment, self._zone)


def comes_from_our_page(request: Request, *, needed: bool) -> bool:
    """Return whether a request is from our own page; `needed`: silence about it counts as no."""
    headers = request.headers
    told = same_origin(
        headers.get("sec-fetch-site"),
        headers.get("origin"),
        headers.get("host"),
        request.url.scheme,
    )
    return not needed if told is None else told


async def form_of(request: Request) -> Mapping[str, str] | None:
    """Return a form's fields, or None where it is none or longer than a post can be."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES_MAX:
            return None
    if kind != "application/x-www-form-urlencoded":
        return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def _posted(
    parts: ConsoleParts,
    pages: HousePages,
    postbox: Postbox,
    request: Request,
    form: Mapping[str, str],
) -> Response:
    """Take a form's post and lead to it, or show the form again with what was wrong."""
    parent_id = form.get("parent_id") or None
    act = HouseAct(
        kind="reply" if parent_id else "statement",
        text=tidied(form.get("text", "")),
        language=form.get("language") or None,
        target=parent_id,
    )
    try:
        done = postbox.take(
            form.get("name", ""),
            act,
            address=address_of(request),
            elapsed_seconds=parts.elapsed_seconds(),
            key=form_key(form.get("form", ""), act),
        )
    except MercatError as error:
        return pages.refused(parent_id, form, error)
    place = f"/house/threads/{done.thread_id}#post-{done.remote_id}"
    return RedirectResponse(place, status_code=HTTPStatus.SEE_OTHER)


def address_of(request: Request) -> str:
    """Return who asks, as far as a rate limit has to know."""
    return request.client.host if request.client else "unknown"
