"""Whether the OPA server beside a service can be asked: it is up, and has the rules in force."""

import threading
import time
from collections.abc import Callable
from typing import Final

import requests

from services.policy.bundle import Bundle

REVISION: Final = "/v1/data/mercat/bundle/revision"
HEALTH: Final = "/health?bundles"
SECONDS_MAX: Final = 2.0
FRESH_SECONDS: Final = 1.0
"""For so long a look counts: pages and probes ask more often than that."""
GOOD: Final = 200


class OpaReadiness:
    """Looks at an OPA server of this machine; changes nothing there, and asks no rule anything.

    `in_force` gives the rules that it should have.
    """

    def __init__(
        self, port: int, in_force: Callable[[], Bundle], *, seconds_max: float = SECONDS_MAX
    ) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._in_force = in_force
        self._seconds_max = seconds_max
        self._lock = threading.Lock()
        self._seen: tuple[float, str | None] | None = None

    def seen(self) -> str | None:
        """Return what `trouble` told a second ago at most."""
        with self._lock:
            if self._seen is None or time.monotonic() - self._seen[0] > FRESH_SECONDS:
                self._seen = (time.monotonic(), self.trouble())
            return self._seen[1]

    def trouble(self) -> str | None:
        """Return in a sentence what keeps the server from being asked, or None where nothing does.

        The gate would not believe it then, and would hold every act.
        """
        with requests.Session() as session:
            session.trust_env = False
            try:
                health = self._get(session, HEALTH)
                if health.status_code != GOOD:
                    return "OPA is up and has no rules yet; it asks the policy service for them"
                revision = self._get(session, REVISION).json().get("result")
            except (requests.RequestException, ValueError, AttributeError):
                return "OPA does not answer; start it beside this service with deploy/opa/opa.yaml"
        if revision != self._in_force().revision:
            return (
                "OPA has other rules than this service; it takes them once the policy service "
                "serves them, or this service is of an older version and must be updated"
            )
        return None

    def _get(self, session: requests.Session, path: str) -> requests.Response:
        return session.get(self._address + path, timeout=self._seconds_max, allow_redirects=False)
