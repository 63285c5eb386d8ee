"""The policy engine of the scaled set-up: an OPA server on this machine, started with the bundle.

Nothing is put into the server from here: it holds the bundle folder it was started with, and its
answer names the revision.
"""

import json
import threading
import time
from ipaddress import ip_address
from typing import Any, Final

import requests
from opa_client.opa import OpaClient

from services.policy.bundle import ENTRYPOINT, Bundle
from services.runtime.errors import EngineUnavailableError, SettingsError
from services.runtime.gate import Facts

QUESTIONS_AT_ONCE_MAX: Final = 32
_STRICT: Final = {"strict-builtin-errors": True}


class _LoopbackClient(OpaClient):  # type: ignore[misc] # the library has no types
    """OPA's client, kept to the address it was given: no proxy, no redirect, no stored password."""

    def _init_session(self) -> requests.Session:
        session: requests.Session = super()._init_session()
        session.trust_env = False
        session.max_redirects = 0
        return session


class OpaEngine:
    """Asks an OPA server at a loopback address, over HTTP.

    A question that takes longer than `seconds_max` has no answer, even if one comes after all.
    Nothing is asked twice. Bounded: 32 questions at once.
    """

    def __init__(self, host: str, port: int, bundle: Bundle, *, seconds_max: float) -> None:
        """Name the server. Raises SettingsError where it is not on this machine."""
        if host != "localhost" and not _is_loopback(host):
            raise SettingsError(
                f"OPA's address {host!r} is another machine's; it must be one of this machine's "
                "own, such as 127.0.0.1, since whoever reaches OPA could change the rules."
            )
        self._revision = bundle.revision
        self._seconds_max = seconds_max
        self._package, _, self._rule = ENTRYPOINT.removeprefix("data.").rpartition(".")
        self._client: Any = _LoopbackClient(host=host, port=port, retries=0, timeout=seconds_max)
        self._at_once = threading.BoundedSemaphore(QUESTIONS_AT_ONCE_MAX)

    @property
    def revision(self) -> str:
        """The revision of the bundle that the server is to have."""
        return self._revision

    def evaluate(self, facts: Facts) -> object:
        """Return what the rules answer, unchecked. Raises EngineUnavailableError."""
        if not self._at_once.acquire(blocking=False):
            raise EngineUnavailableError(f"{QUESTIONS_AT_ONCE_MAX} questions are asked already")
        until = time.monotonic() + self._seconds_max
        try:
            said = self._client.query_rule(dict(facts), self._package, self._rule, _STRICT)
        except requests.Timeout as error:
            raise EngineUnavailableError(self._late()) from error
        except requests.HTTPError as error:
            status = (
                "an error" if error.response is None else f"status {error.response.status_code}"
            )
            raise EngineUnavailableError(f"the engine answered with {status}") from error
        except requests.ConnectionError as error:
            raise EngineUnavailableError("the engine is not running") from error
        except (requests.RequestException, json.JSONDecodeError, RecursionError) as error:
            raise EngineUnavailableError("the engine's answer cannot be read") from error
        finally:
            self._at_once.release()
        if time.monotonic() > until:
            raise EngineUnavailableError(self._late())
        if not isinstance(said, dict) or "result" not in said:
            raise EngineUnavailableError("the rules gave no answer")
        return said["result"]

    def close(self) -> None:
        """Close connections; the server is not ours to end."""
        self._client.close_connection()

    def _late(self) -> str:
        return f"the engine did not answer within {self._seconds_max:g} seconds"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
