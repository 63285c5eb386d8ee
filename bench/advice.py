"""How long whoever writes waits to be told what the rules say, at the API of a running Mercat."""

import json
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from bench.embedded_town import town_folder
from bench.errors import MeasurementError
from bench.figures import Figure, percentile
from bench.findings import draft
from bench.http_run import ANSWER_SECONDS_MAX, MercatRun, keys_folder, mercat_run, set_sources
from bench.plan import Sizes
from bench.progress import Say
from services.store.file_keys import KeyFolder
from services.store.file_tokens import SavedTokens
from services.town.people import ACCOUNT

AIM_MS: Final = 100.0
PATH: Final = "/api/v1/advice"
OK: Final = 200
WARM_UP: Final = 50
PER_SECOND: Final = 25
"""Half of what one token may ask: whoever types asks less often by far."""
DRAFTS_MAX: Final = 1_500
READY_SECONDS_MAX: Final = 60.0
STEP_SECONDS: Final = 0.05
_AUTHOR: Final = "ann"


def order(number: int) -> dict[str, str]:
    """Return what is asked of the API: a draft of 500 characters, unlike every other."""
    return {"kind": "statement", "account": ACCOUNT, "text": draft(number), "language": "en"}


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return percentiles over drafts that one person has judged, so many a second."""
    with town_folder() as folder:
        set_sources(folder, [])
        with mercat_run(folder) as run:
            api = _Api(run, folder)
            drafts = min(sizes.drafts, DRAFTS_MAX)
            say(f"{drafts} drafts of 500 characters, to the API of `mercat run`")
            api.wait_for_rules()
            waits = list(api.waits_ms(WARM_UP + drafts))[WARM_UP:]
            api.close()
    note = (
        "advice on a draft of 500 characters by POST to the API of `mercat run`, all rules, no "
        f"draft asked twice, {PER_SECOND} a second on one connection"
    )
    return (
        Figure("advice_p50", "ms", note, value=percentile(waits, 0.5), better="lower"),
        Figure("advice_p99", "ms", note, value=percentile(waits, 0.99), aim=AIM_MS, better="lower"),
    )


class _Api:
    """A connection to the API of a running Mercat, with the token of somebody who writes."""

    def __init__(self, run: MercatRun, folder: Path) -> None:
        self._connection = HTTPConnection(*run.address(), timeout=ANSWER_SECONDS_MAX)
        token = SavedTokens(KeyFolder(keys_folder(folder)), folder).find(_AUTHOR)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def wait_for_rules(self) -> None:
        """Wait until drafts are judged. Raises MeasurementError where they never are."""
        until = time.perf_counter() + READY_SECONDS_MAX
        while (failure := self._asked(order(0))["verdict"]["failure"]) is not None:
            if time.perf_counter() > until:
                raise MeasurementError(f"the rules could not be checked: {failure}")
            time.sleep(STEP_SECONDS)

    def waits_ms(self, count: int) -> Iterator[float]:
        """Have so many drafts judged, each at its moment; yield how long each took."""
        begun = time.perf_counter()
        for number in range(count):
            time.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            yield self._wait_ms(number)

    def _wait_ms(self, number: int) -> float:
        """Have a draft judged; return how long that took, from the question to its whole answer."""
        asked = order(number)
        begun = time.perf_counter()
        answer = self._asked(asked)
        taken_ms = (time.perf_counter() - begun) * 1_000
        failure = answer["verdict"]["failure"]
        if failure is not None:
            raise MeasurementError(f"an advice failed: {failure}")
        return taken_ms

    def _asked(self, asked: Mapping[str, str]) -> Any:
        self._connection.request("POST", PATH, json.dumps(asked).encode(), self._headers)
        response = self._connection.getresponse()
        said = response.read()
        if response.status != OK:
            raise MeasurementError(f"advice was answered with {response.status}: {said[:200]!r}")
        return json.loads(said)
