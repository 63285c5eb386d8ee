"""How many signed webhook deliveries a second a real `mercat run` accepts, each one on disk."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from bench.embedded_town import town_folder
from bench.errors import MeasurementError
from bench.figures import Figure, percentile
from bench.file_posts import town_rows
from bench.http_run import ANSWER_SECONDS_MAX, keys_folder, mercat_run, set_sources
from bench.plan import Sizes
from bench.progress import Say
from bench.signed_calls import Call, signed_call
from services.ingest.post_row import FIELDS
from services.ingest.webhook import secret_bytes

CLIENTS: Final = 32
RATE_AIM: Final = 200
ACCEPTED: Final = 202
_NAME: Final = "bench"
_CALLS_PER_SECOND_MAX: Final = 5_000
_LATE_FIELDS: Final = frozenset({"source", "channel"})
"""A webhook's posts do not name these: they stand in the settings."""


@dataclass(slots=True)
class _Sent:
    """What one client has sent: the answer times of calls accepted, and the first other answer."""

    answer_ms: list[float] = field(default_factory=list)
    trouble: str | None = None


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return deliveries a second, how long an answer takes, and the share that was routed."""
    seconds = sizes.webhook_seconds
    with town_folder() as folder:
        set_sources(folder, [{"kind": "webhook", "name": _NAME, "secrets": [_NAME]}])
        with mercat_run(folder) as run:
            host, port = run.address()
            calls = _calls(folder, seconds * _CALLS_PER_SECOND_MAX)
            say(f"{CLIENTS} clients for {seconds} s")
            answers_ms, taken_seconds = _send(host, port, calls, seconds)
            accepted = len(answers_ms)
            run.wait_routed(accepted)
            routed = run.routed_count()
    note = f"{CLIENTS} clients on loopback for {seconds} s, one post a delivery"
    return (
        Figure(
            "webhook_rate",
            "deliveries/s",
            note + "; accepted, each after its commit",
            value=accepted / taken_seconds,
            aim=RATE_AIM,
        ),
        Figure(
            "webhook_answer_p99",
            "ms",
            note + "; from sending to the answer",
            value=percentile(answers_ms, 0.99),
            better="lower",
        ),
        Figure(
            "webhook_kept",
            "of deliveries",
            note + "; accepted and routed",
            ratio=min(1.0, routed / accepted),
            floor=1.0,
        ),
    )


def _calls(folder: Path, count: int) -> Iterator[Call]:
    """Sign calls beforehand, so that the clients have only to send them."""
    secret = secret_bytes((keys_folder(folder) / _NAME).read_text("ascii"))
    now = int(time.time())
    rows = (
        {name: value for name, value in row.items() if name in FIELDS - _LATE_FIELDS}
        for row in town_rows(count, "call")
    )
    return iter(
        [signed_call(row, secret, f"call-{number}", now) for number, row in enumerate(rows)]
    )


def _send(host: str, port: int, calls: Iterator[Call], seconds: int) -> tuple[list[float], float]:
    """Send calls from all clients at once; return the answer times and how long it went on."""
    lock = threading.Lock()
    sent = [_Sent() for _ in range(CLIENTS)]
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(host, port, calls, lock, begun + seconds, each))
        for each in sent
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken_seconds = time.perf_counter() - begun
    trouble = next((each.trouble for each in sent if each.trouble), None)
    if trouble:
        raise MeasurementError(f"a webhook delivery was not accepted: {trouble}")
    return [answer for each in sent for answer in each.answer_ms], taken_seconds


def _client(
    host: str,
    port: int,
    calls: Iterator[Call],
    lock: threading.Lock,
    end_seconds: float,
    sent: _Sent,
) -> None:
    connection = HTTPConnection(host, port, timeout=ANSWER_SECONDS_MAX)
    try:
        while (begun := time.perf_counter()) < end_seconds:
            with lock:
                call = next(calls, None)
            if call is None:
                sent.trouble = "the clients ran out of signed calls"
                return
            connection.request("POST", f"/webhooks/{_NAME}", call.body, call.headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != ACCEPTED:
                sent.trouble = f"{answer.status} {body[:200].decode(errors='replace')}"
                return
            sent.answer_ms.append((time.perf_counter() - begun) * 1_000)
    except OSError as error:
        sent.trouble = repr(error)
    finally:
        connection.close()
