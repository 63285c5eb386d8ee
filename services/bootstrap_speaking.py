"""The speaking half of a Mercat in one process: desk, senders and checkpoints on one gate."""

from collections.abc import Callable, Mapping, Sequence

from services.bootstrap_foundation import Foundation
from services.bootstrap_senders import Senders
from services.bootstrap_speaking_foundation import (
    FaultsOf,
    SpeakingFoundation,
    checkpoints_of,
    desk_of,
    settlement_of,
)
from services.bootstrap_speaking_work import platform_works_of, store_works_of
from services.policy.bundle import Bundle
from services.policy.engine_gauges import EngineGauges
from services.policy.regopy_engine import RegopyEngine
from services.publish.sending import Sending
from services.runtime.actor import OPERATOR
from services.runtime.drill import ENGINE_DOWN, PLATFORM_DOWN, Drills
from services.runtime.drilled_parts import DrilledEngine, DrilledPlatform
from services.runtime.effects import Key
from services.runtime.gate import Engine
from services.store.file_keys import KeyFolder
from services.store.file_tokens import SavedTokens
from services.town.people import orders


class EmbeddedSpeaking(SpeakingFoundation):
    """Everything that speaks, of a Mercat in one process.

    Raises SettingsError where keys or rules are missing or wrong. `engine` is put in place of
    regopy's by tests, and `faults_of` in place of the check of proposed rules. `drills` can make
    engine and platforms fail: a demonstration's are given.
    """

    def __init__(
        self,
        foundation: Foundation,
        keys: KeyFolder,
        *,
        save_token: Callable[[str, str], None] | None = None,
        engine: Engine | None = None,
        faults_of: FaultsOf | None = None,
        drills: Drills | None = None,
    ) -> None:
        seconds_max = foundation.settings.speaking.gate_seconds_max

        def engine_of(bundle: Bundle) -> Engine:
            if engine is not None and engine.revision == bundle.revision:
                return engine
            own = RegopyEngine(bundle, seconds_max=seconds_max)
            return own if drills is None else DrilledEngine(own, drills.asks(ENGINE_DOWN))

        super().__init__(foundation, keys, engine_of, faults_of=faults_of)
        if drills is not None:
            is_on = drills.asks(PLATFORM_DOWN)
            own = self.platforms.items()
            self.platforms = {account: DrilledPlatform(each, is_on) for account, each in own}
        self._senders = Senders(self)
        self.senders = self._senders.all
        self.readings = (self._senders.answers, EngineGauges(self.rules.can_be_asked))
        self.desk = desk_of(self, self._woken)
        self.settle = settlement_of(self, self._settled)
        self.checkpoints = checkpoints_of(foundation, self.installation)
        self._store_works = store_works_of(foundation, self.sealer, keys)
        self._platform_works = platform_works_of(
            self, self.desk, halted=lambda: self._woken("halt")
        )
        self.prepare()
        if foundation.settings.kind == "demonstration" and save_token is not None:
            self._set_to_work(save_token)

    def start(self) -> None:
        """Begin to send what is approved, write checkpoints, look for new rules, and keep slots."""
        self.rules.start()
        self._senders.start()
        self.checkpoints.start()
        self._store_works.start()
        self._platform_works.start()

    def stop(self) -> None:
        """End once what is on its way has ended and is written down."""
        self._platform_works.stop()
        self._store_works.stop()
        self._senders.stop()
        self.checkpoints.stop()
        self.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended a sender, the watch over rules or other work, if any."""
        works = self._store_works.crashed_with or self._platform_works.crashed_with
        return self._senders.crash() or self.rules.crashed_with or works

    def _settled(self, sending: Sending) -> None:
        self._senders.answers.recorded(sending)
        self._senders.wake()

    def _woken(self, verb: str) -> None:
        if verb == "halt":
            self._senders.halted()
        self._senders.wake()

    def _set_to_work(self, save_token: Callable[[str, str], None]) -> None:
        """Give the sample town its people, once, each with a token kept for the command line."""
        store = self.foundation.journal.store
        steps: Sequence[tuple[str, Mapping[str, object]]] = list(orders())
        for verb, arguments in steps:
            if verb == "account-describe":
                self._describe_once(arguments)
                continue
            login = str(arguments["login"])
            known = store.select("person_by_login", (login,))
            if verb == "add-person" and known:
                continue
            if verb == "give-grant" and store.select("grants_of_person", (known[0]["id"],)):
                continue
            if verb == "issue-token" and store.select("tokens_of_person", (known[0]["id"],)):
                continue
            reply = self.desk.carry_out(verb, arguments, OPERATOR)
            if verb == "issue-token":
                save_token(login, str(reply["token"]))

    def _describe_once(self, arguments: Mapping[str, object]) -> None:
        """Describe an account of the sample town that the register does not know yet."""
        key = Key("accounts", str(arguments["account"]))
        row = self.foundation.journal.store.fetch([key])[key]
        if row is not None and row["owner_id"] is None:
            self.desk.carry_out("account-describe", arguments, OPERATOR)


def open_speaking(
    foundation: Foundation, keys: KeyFolder, drills: Drills | None = None
) -> EmbeddedSpeaking:
    """Return the speaking half of a running Mercat; the sample town's people get their tokens.

    `drills` are taken part in by a demonstration alone.
    """
    tokens = SavedTokens(keys, foundation.folder)
    drilled = drills if foundation.settings.kind == "demonstration" else None
    return EmbeddedSpeaking(foundation, keys, save_token=tokens.save, drills=drilled)
