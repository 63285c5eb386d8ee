"""A moved folder whose settings name its database, with neither Kafka nor OPA to be had."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.integration.move.mover import Mover
from tests.mercat_process import Ended, call

NOWHERE: Final = "127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class MovedTown:
    """The town that was moved."""

    mover: Mover

    @classmethod
    def moved(
        cls, lived_in: Path, place: Path, address: str, first: Callable[["MovedTown"], None]
    ) -> "MovedTown":
        """Return a copy of the prepared town that was moved, after `first` had its look at it."""
        mover = Mover.copied(lived_in, place, address)
        town = cls(mover)
        first(town)
        mover.moved()
        with (mover.folder / "mercat.yaml").open("a", encoding="utf-8") as file:
            file.write(f"scaled:\n  postgres: {{address: '{mover.address}'}}\n")
        return town

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.mover.folder

    @property
    def env(self) -> dict[str, str]:
        """An environment without Kafka and without OPA."""
        return {**self.mover.env, "MERCAT_KAFKA_SERVERS": NOWHERE, "MERCAT_OPA_PORT": "1"}

    def call(self, *arguments: str | Path, **env: str) -> Ended:
        """Call a verb on the folder."""
        return call(*arguments, "--folder", self.folder, env={**self.env, **env})

    def away(self, *arguments: str) -> Ended:
        """Call a verb while PostgreSQL is away."""
        return self.call(*arguments, MERCAT_POSTGRES_ADDRESS=f"postgresql://mercat@{NOWHERE}/town")

    def told(self, *arguments: str) -> Any:
        """Return what a verb tells programs; it has to succeed."""
        ended = self.call(*arguments, "--json")
        assert ended.code == 0, ended
        return json.loads(ended.out)
