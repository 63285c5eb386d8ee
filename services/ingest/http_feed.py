"""Fetches a feed over HTTP: only what changed, never too much, never where it should not go."""

import socket
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from services.ingest.backoff import retry_after_seconds
from services.ingest.configuration import FeedSettings
from services.ingest.feeds import feed_items
from services.ingest.sighting import Refused, Sighting, UnreadableItemError
from services.ingest.source import ITEMS_COUNT_MAX, Poll, State
from services.runtime.clock import Clock
from services.runtime.errors import SourceUnavailableError

DOCUMENT_BYTES_MAX: Final = 5_242_880
REDIRECTS_COUNT_MAX: Final = 3
FETCH_SECONDS_MAX: Final = 30.0
READ_SECONDS_MAX: Final = 10.0
TROUBLE_LENGTH_MAX: Final = 400

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_VALIDATOR_LENGTH_MAX: Final = 1_024
_HEADERS: Final = {
    "user-agent": "mercat feed reader",
    "accept": "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1",
    "accept-encoding": "gzip",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    content: bytes
    address: str


def feed_client() -> httpx.Client:
    """Return a client that follows no redirect by itself and gives up on a silent server."""
    return httpx.Client(timeout=httpx.Timeout(READ_SECONDS_MAX), follow_redirects=False)


def addresses_of(host: str) -> list[str]:
    """Return the IP addresses of a host. Raises SourceUnavailableError where it has none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceUnavailableError(f"{host} is not a host that can be found") from error
    return [str(entry[4][0]) for entry in found]


class HttpFeed:
    """A source that asks a feed whether it changed.

    State: `url` asked, `etag` and `last_modified` of the last document read to its end, and `read`,
    how many entries were given of a document that is longer than one poll. What a redirect names is
    checked before it is asked, and asked by name: a name that answers differently the second time
    is not caught, so a body that fears its feeds runs them through a proxy.
    """

    def __init__(
        self,
        settings: FeedSettings,
        clock: Clock,
        client: httpx.Client,
        resolve: Callable[[str], Sequence[str]] = addresses_of,
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self._clock = clock
        self._client = client
        self._resolve = resolve
        self._items: list[Sighting | Refused] = []
        self._next_state: State = {}

    def poll(self, state: State) -> Poll:
        """Return the entries of the document if it changed since `state`; a long one in parts."""
        if state.get("url") != self._settings.url:
            state = {}
        read = int(state.get("read", 0))
        if read == 0 or read >= len(self._items):
            read = 0
            answer = self._fetched(state)
            if answer.status == httpx.codes.NOT_MODIFIED:
                return Poll((), state, self._settings.poll_seconds)
            if answer.status == httpx.codes.GONE:
                return Poll((), state, finished=True, note=self._gone())
            self._items = self._read(answer)
            self._next_state = self._state_after(answer)
        return self._part(read)

    def close(self) -> None:
        """Let go of the document in hand; the client belongs to whoever made it."""
        self._items = []

    def _part(self, read: int) -> Poll:
        items = self._items[read : read + ITEMS_COUNT_MAX]
        read += len(items)
        if read < len(self._items):
            progress = read / len(self._items)
            return Poll(items, {"url": self._settings.url, "read": read}, progress=progress)
        return Poll(items, self._next_state, self._settings.poll_seconds)

    def _gone(self) -> str:
        return (
            f"{self._settings.url} says it is gone for good (410); take source {self.name} out of "
            "the settings, or give it the feed's new address"
        )

    def _read(self, answer: _Answer) -> list[Sighting | Refused]:
        content_type = answer.headers.get("content-type")
        try:
            return feed_items(answer.content, content_type, self.name, answer.address)
        except UnreadableItemError as error:
            raise SourceUnavailableError(f"{answer.address}: {error}") from error

    def _state_after(self, answer: _Answer) -> State:
        state = {"url": self._settings.url}
        for key, header in (("etag", "etag"), ("last_modified", "last-modified")):
            value = answer.headers.get(header, "")
            if value.isascii() and 0 < len(value) <= _VALIDATOR_LENGTH_MAX:
                state[key] = value
        return state

    def _fetched(self, state: State) -> _Answer:
        """Return a 200, 304 or 410; raises SourceUnavailableError for every other ending."""
        headers = dict(_HEADERS)
        if "read" not in state:
            headers |= {"if-none-match": state["etag"]} if "etag" in state else {}
            if "last_modified" in state:
                headers["if-modified-since"] = state["last_modified"]
        deadline_seconds = self._clock.elapsed_seconds() + FETCH_SECONDS_MAX
        address = self._settings.url
        try:
            for _ in range(REDIRECTS_COUNT_MAX + 1):
                answer = self._asked(address, headers, deadline_seconds)
                if answer.status not in _REDIRECTS:
                    return self._accepted(answer)
                address = self._redirected(answer)
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error, OSError) as error:
            raise SourceUnavailableError(
                f"{address} did not answer as it should ({type(error).__name__}): {error}"
            ) from error
        raise SourceUnavailableError(
            f"{self._settings.url} redirects more than {REDIRECTS_COUNT_MAX} times; "
            "give the feed's real address in the settings"
        )

    def _accepted(self, answer: _Answer) -> _Answer:
        if answer.status in (httpx.codes.OK, httpx.codes.NOT_MODIFIED, httpx.codes.GONE):
            return answer
        asked_seconds = retry_after_seconds(answer.headers.get("retry-after"), self._clock.now())
        phrase = httpx.codes.get_reason_phrase(answer.status) or "unknown"
        raise SourceUnavailableError(
            f"{answer.address} answered {answer.status} ({phrase.lower()}) instead of a feed",
            wait_seconds=asked_seconds,
        )

    def _asked(self, address: str, headers: dict[str, str], deadline_seconds: float) -> _Answer:
        with self._stream(address, headers) as response:
            content = b""
            if response.status_code == httpx.codes.OK:
                content = self._content(response, address, deadline_seconds)
            return _Answer(response.status_code, response.headers, content, address)

    def _stream(
        self, address: str, headers: dict[str, str]
    ) -> AbstractContextManager[httpx.Response]:
        return self._client.stream("GET", address, headers=headers)

    def _content(self, response: httpx.Response, address: str, deadline_seconds: float) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise SourceUnavailableError(
                f"{address} answered in {encoding}, which nobody asked for"
            )
        # Unpacked here and not by the client, which would unpack a small bomb whole.
        unpack = zlib.decompressobj(wbits=47) if encoding != "identity" else None
        content = bytearray()
        for chunk in response.iter_raw():
            room = DOCUMENT_BYTES_MAX + 1 - len(content)
            content += unpack.decompress(chunk, room) if unpack else chunk[:room]
            if len(content) > DOCUMENT_BYTES_MAX:
                raise SourceUnavailableError(
                    f"{address} is larger than {DOCUMENT_BYTES_MAX:,} bytes; ask for a shorter feed"
                )
            if self._clock.elapsed_seconds() > deadline_seconds:
                raise SourceUnavailableError(
                    f"{address} took longer than {FETCH_SECONDS_MAX:.0f} seconds to answer"
                )
        return bytes(content)

    def _redirected(self, answer: _Answer) -> str:
        location: str = answer.headers.get("location", "")
        before = urlsplit(answer.address)
        try:
            address = urljoin(answer.address, location)
            after = urlsplit(address)
        except ValueError:
            address, after = "", urlsplit("")
        if after.scheme not in ("http", "https") or not after.hostname:
            raise SourceUnavailableError(f"{answer.address} redirects to what is no web address")
        if before.scheme == "https" and after.scheme == "http":
            raise SourceUnavailableError(
                f"{answer.address} redirects away from https; correct the address in the settings"
            )
        if after.hostname != urlsplit(self._settings.url).hostname:
            self._refuse_private(after.hostname, answer.address)
        return address

    def _refuse_private(self, host: str, address: str) -> None:
        """Keep a stranger's server from pointing us at machines that only we can reach."""
        if self._settings.private_addresses:
            return
        if not all(_is_public(found) for found in self._resolve(host)):
            raise SourceUnavailableError(
                f"{address} redirects to {host}, inside a private network; if that is meant, set "
                f"private_addresses of source {self.name}"
            )


def _is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_global
    return address.is_global
