"""The small town that speaks, over PostgreSQL and OPA: its console, and as many senders as wanted.

Kafka is nowhere: nothing that speaks waits for it.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from services.bootstrap_console_service import ConsoleService
from services.bootstrap_services import Order
from services.bootstrap_speaking_services import PolicyService, PublishService
from services.house.sqlite_house import House
from services.runtime.clock import Clock
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from tests.speaking_town import SpeakingTown

NO_KAFKA: Final = "127.0.0.1:1"


def scaled_order(folder: Path, address: str, opa_port: int, clock: Clock | None = None) -> Order:
    """Return what each of the town's services is opened with."""
    environment = EnvironmentSettings(
        postgres_address=address, opa_port=opa_port, kafka_servers=NO_KAFKA, service_port=0
    )
    return Order(
        folder=folder,
        settings=read_body(folder, environment),
        environment=environment,
        keys=KeyFolder(folder.parent / "keys"),
        clock=clock,
    )


class ScaledTown(SpeakingTown):
    """The town as its console opens it; `publish` and `policy` open one more service each."""

    def __init__(
        self, folder: Path, address: str, opa_port: int, clock: Clock | None = None
    ) -> None:
        self.folder = folder
        self.clock = clock or SystemClock()
        self.order = scaled_order(folder, address, opa_port, clock)
        self.console = ConsoleService(self.order)
        scaled: Any = self.console._scaled
        self.embedded = scaled
        self.store = scaled.journal.store
        desk: Any = SimpleNamespace(desk=self.console.parts.desk)
        self.speaking = desk

    @property
    def house(self) -> House:
        """The platform."""
        house: House | None = self.embedded.house
        assert house is not None, "this town has its platform"
        return house

    def publish(self) -> PublishService:
        """Open one more process's worth of senders."""
        return PublishService(self.order)

    def policy(self) -> PolicyService:
        """Open one more policy service."""
        return PolicyService(self.order)

    def approved(self, text: str, account: str = "library") -> str:
        """Have a statement written, proposed and agreed to; return the act's id."""
        act = self.do("draft", "ann", kind="statement", account=account, text=text)
        proposed = self.do("propose", "ann", act_id=act["id"])
        assert "held" == proposed["state"], proposed
        agreed = self.do("approve", "bob", act_id=act["id"], digest=proposed["digest"])
        assert "approved" == agreed["state"], agreed
        return str(act["id"])

    def shown(self, text: str) -> int:
        """Return how often a text is in public."""
        return [post.text for post, _ in self.house.latest(1_000)].count(text)

    def state(self, act_id: str) -> str | None:
        """Return the state of an act's sending, or None where it was never begun."""
        row = self.row("sendings", act_id)
        return None if row is None else str(row["state"])

    def stop(self) -> None:
        """End the console."""
        self.console.stop()
