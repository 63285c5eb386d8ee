"""The API of a body in PostgreSQL inside a command's own process, where no console can be asked.

It is one more console among those that may run: it keeps nothing of its own and sends nothing.
"""

import re
from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI

from services.bootstrap_console_service import parts_of
from services.bootstrap_scaled import Scaled
from services.bootstrap_scaled_speaking import ScaledSpeaking
from services.console.app import create_app
from services.console.parts import PartStatus
from services.runtime.errors import EngineUnavailableError
from services.settings import SETTINGS_NAME
from services.store.file_keys import KeyFolder

_ASKS_RULES: Final = re.compile(
    r"/advice|/acts(/[^/]+(/propose|/approve)?)?|/cases/[^/]+/answer", re.ASCII
)


class ConsoleHere:
    """A console that only its own command can ask; `app` answers the API, by `control_token`.

    Raises SettingsError where keys, rules or an extra are missing.
    """

    def __init__(self, scaled: Scaled, keys: KeyFolder, control_token: str) -> None:
        self._scaled = scaled
        self._speaking = ScaledSpeaking(scaled, keys)
        parts = parts_of(
            self._speaking,
            scaled.journal.log,
            control_token=control_token,
            statuses=self.statuses,
        )
        self.app: FastAPI = create_app(parts)

    def statuses(self) -> Sequence[PartStatus]:
        """Return how the rules are: nothing else works here."""
        return [self._speaking.rules_status(needed=True)]

    def require_rules(self, path: str) -> None:
        """Raise EngineUnavailableError where a change asks the rules and they cannot be asked.

        The gate would hold every act then: no use to somebody at a terminal, who can be told where
        to give the command.
        """
        if not _ASKS_RULES.fullmatch(path):
            return
        status = self._speaking.rules_status(needed=True)
        trouble = None if status.working else status.sentence
        if trouble is None and self._scaled.house is None and self._scaled.settings.has_house:
            trouble = f"the house platform's file is not beside {SETTINGS_NAME}"
        if trouble is not None:
            folder = self._scaled.folder
            raise EngineUnavailableError(
                f"no console answers for {folder}, and the rules cannot be asked from here "
                f"({trouble}): start `mercat serve console {folder}`, or give the command on the "
                "machine where it runs"
            )

    def close(self) -> None:
        """Let go of the rules; who lent `scaled` closes that."""
        self._speaking.close()
