"""What everything that speaks stands on where there are several: PostgreSQL, and OPA for the rules.

`publish`, `console` and a command without a console open it alike, and build what they are for.
"""

from contextlib import ExitStack
from typing import Final

from services.bootstrap_scaled import Scaled, imported
from services.bootstrap_services import Order
from services.bootstrap_speaking_foundation import SpeakingFoundation
from services.console.parts import PartStatus
from services.policy.bundle import Bundle
from services.runtime.gate import Engine
from services.store.file_keys import KeyFolder

OPA_HOST: Final = "127.0.0.1"


class ScaledSpeaking(SpeakingFoundation):
    """The foundation of what speaks, with its rules asked of the OPA server beside it.

    Raises SettingsError where keys, rules or an extra are missing.
    """

    def __init__(self, scaled: Scaled, keys: KeyFolder) -> None:
        port, seconds_max = (
            scaled.settings.scaled.opa.port,
            scaled.settings.speaking.gate_seconds_max,
        )

        def engine_of(bundle: Bundle) -> Engine:
            opa: Engine = imported("services.policy.opa_engine").OpaEngine(
                OPA_HOST, port, bundle, seconds_max=seconds_max
            )
            return opa

        self.scaled = scaled
        super().__init__(scaled, keys, engine_of, shared=True, waits=True)
        self._readiness = imported("services.policy.opa_readiness").OpaReadiness(
            port, lambda: self.bundle
        )

    @classmethod
    def of(cls, order: Order, service: str, opening: ExitStack) -> "ScaledSpeaking":
        """Open what a service that speaks stands on; `opening` gets to know how it ends."""
        scaled = Scaled.of(order, service, database_clock=True, with_house=True)
        opening.callback(scaled.close)
        speaking = cls(scaled, order.keys)
        opening.callback(speaking.close)
        return speaking

    def rules_status(self, *, needed: bool) -> PartStatus:
        """Return whether OPA can be asked; where it cannot, every act is held.

        `needed` says whether a service is of no use without it.
        """
        trouble = self._readiness.seen()
        return PartStatus(
            name="rules",
            kind="engine",
            working=trouble is None,
            needed=needed,
            sentence=trouble
            or self.rules.trouble
            or f"asked by revision {self.bundle.revision[:12]}, number {self.rules.number}",
        )
