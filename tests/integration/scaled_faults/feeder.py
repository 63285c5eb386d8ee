"""Feeds numbered posts to a body's webhook through whatever happens; knows which were taken."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import httpx
from standardwebhooks import Webhook

from services.ingest.sighting import Sighting
from tests.integration.faults.numbered import item
from tests.integration.kafka.scaled_body import SECRET

SOURCE: Final = "form"
PAUSE_SECONDS: Final = 0.03
RETRY_SECONDS: Final = 0.2
ANSWER_SECONDS_MAX: Final = 30.0
END_SECONDS_MAX: Final = 180.0
LATER: Final = (429, 500, 502, 503, 504)


def sightings(numbers: Sequence[int]) -> list[Sighting]:
    """Return the posts, edits and removals of some numbers as the webhook sees them."""
    seen = (item(number) for number in numbers)
    return [replace(each, source=SOURCE) for each in seen if isinstance(each, Sighting)]


def posted(sighting: Sighting) -> dict[str, Any]:
    """Return a sighting as its sender writes it."""
    if sighting.kind == "removed":
        return {"kind": "removed", "id": sighting.native_id}
    assert sighting.posted_at is not None
    return {
        "id": sighting.native_id,
        "revision": sighting.revision,
        "root_id": sighting.root_native_id,
        "parent_id": sighting.parent_native_id,
        "author": sighting.author,
        "text": sighting.text,
        "posted_at": sighting.posted_at.isoformat(),
    }


class Feeder:
    """Hands deliveries in one after the other; one that is not taken is sent again, the same.

    `address` tells where ingest answers now; `put_off` counts how often it said to come again, and
    `trouble` is the last with the line to it.
    """

    def __init__(self, address: Callable[[], str]) -> None:
        self.acknowledged: list[Sighting] = []
        self.refused: list[str] = []
        self.put_off = 0
        self.trouble = "none"
        self._address = address
        self._next = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to feed, in a thread."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._feed, name="feeder", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop once the delivery in hand is acknowledged."""
        assert self._thread is not None
        self._stopping.set()
        self._thread.join(END_SECONDS_MAX)
        if error is None:
            assert not self._thread.is_alive(), "ingest took nothing in any more"
            assert [] == self.refused

    @property
    def count(self) -> int:
        """How many posts were acknowledged so far."""
        return len(self.acknowledged)

    @property
    def feeding(self) -> bool:
        """Whether it still does."""
        return self._thread is not None and self._thread.is_alive()

    def _feed(self) -> None:
        with httpx.Client(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
            while not self._stopping.is_set():
                numbers = range(self._next, self._next + 1 + self._next % 4)
                seen = sightings(numbers)
                if not seen or self._handed_in(client, seen, f"call-{self._next}"):
                    self.acknowledged += seen
                    self._next = numbers.stop
                self._stopping.wait(PAUSE_SECONDS)

    def _handed_in(self, client: httpx.Client, seen: Sequence[Sighting], call_id: str) -> bool:
        """Send a delivery until it is taken; False where it never will be."""
        content = json.dumps({"posts": [posted(each) for each in seen]})
        for _ in range(int(END_SECONDS_MAX / RETRY_SECONDS)):
            try:
                answer = client.post(
                    f"{self._address()}/webhooks/{SOURCE}",
                    content=content,
                    headers=_headers(call_id, content),
                )
            except httpx.TransportError as error:
                self.trouble = repr(error)
                self._stopping.wait(RETRY_SECONDS)
                continue
            if answer.is_success:
                return True
            if answer.status_code not in LATER:
                self.refused.append(f"{answer.status_code}: {answer.text}")
                self._stopping.set()
                return False
            self.put_off += 1
            self._stopping.wait(RETRY_SECONDS)
        return False


def _headers(call_id: str, content: str) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(call_id, now, content),
    }
