"""A rota beside the takeovers of an account: staff who speak by turns, swap, and are called off."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from services.policy.rota_turns import RotaTurns
from services.runtime.clock import DAY_MS, HOUR_MS
from tests.handover_town import ACCOUNT, HandoverTown

STAFF: Final = ("nat", "oli")
WEEKS_OF_A_ROTA: Final = 50
FIRST_HOURS: Final = 50
SHIFT_HOURS: Final = 8
Do = Callable[..., dict[str, Any]]
Tried = Callable[..., dict[str, Any] | None]


class RotaBeside:
    """Two people with a shift each in every week, and what becomes of those shifts by chance."""

    def __init__(self, town: HandoverTown, random: Random, do: Do, tried: Tried) -> None:
        self._town = town
        self._random = random
        self._do = do
        self._tried = tried
        self._rota_id = ""
        self._weeks = 0
        self.shifts = 0
        self.swaps = 0
        self.called_off = 0
        for login in STAFF:
            order = {"name": login.title(), "address": f"{login}@town.example"}
            town.do("add-person", "", login=login, roles=("team-member",), **order)

    def plan(self, starts_at_ms: int) -> list[tuple[str, str]]:
        """Plan a week's shifts; return whose each is, with its id, after swaps and calling off."""
        if self._weeks % WEEKS_OF_A_ROTA == 0:
            self._rota_id = self._made(starts_at_ms)
        self._weeks += 1
        first_ms = starts_at_ms + FIRST_HOURS * HOUR_MS
        wanted = [
            {
                "login": login,
                "starts_at_ms": first_ms + place * SHIFT_HOURS * HOUR_MS,
                "ends_at_ms": first_ms + (place + 1) * SHIFT_HOURS * HOUR_MS,
            }
            for place, login in enumerate(STAFF)
        ]
        self._do("shift-plan", "gail", rota_id=self._rota_id, shifts=wanted)
        self.shifts += len(wanted)
        rows = self._town.town.store.select(
            "shifts_of_rota", (self._rota_id, first_ms + DAY_MS, first_ms)
        )
        planned = [(login, str(row["id"])) for login, row in zip(STAFF, rows, strict=True)]
        return self._swapped(planned) if self._random.random() < 0.2 else planned

    def middle_ms(self, starts_at_ms: int, place: int) -> int:
        """Return a moment within a week's shift."""
        hours = FIRST_HOURS + place * SHIFT_HOURS + self._random.uniform(0.5, SHIFT_HOURS - 0.5)
        return starts_at_ms + round(hours * HOUR_MS)

    def call_off(self, shift_id: str) -> None:
        """Take a shift back."""
        self.called_off += 1
        self._tried("shift-call-off", "gail", shift_id=shift_id, why="the desk is closed")

    def turn(self) -> None:
        """Do what the clock does for rotas."""
        speaking, foundation = self._town.town.speaking, self._town.town.embedded
        RotaTurns(
            foundation.journal, self._town.town.store, speaking.sealer, self._town.clock
        ).turn()

    def _made(self, starts_at_ms: int) -> str:
        reply = self._do(
            "rota-make",
            "gail",
            account=ACCOUNT,
            title="The contact centre",
            rest_minutes=0,
            starts_at_ms=starts_at_ms,
            ends_at_ms=starts_at_ms + 364 * DAY_MS,
            why="somebody answers while a guest speaks",
        )
        return str(reply["rota_id"])

    def _swapped(self, planned: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Have the two swap their shifts; who said no leaves them as they were."""
        (first, first_id), (second, second_id) = planned
        order = {"shift_id": first_id, "login": second, "other_shift_id": second_id}
        asked = self._tried("swap-ask", first, **order)
        if asked is None:
            return planned
        verb = "swap-accept" if self._random.random() < 0.8 else "swap-decline"
        answered = self._tried(verb, second, swap_id=asked["swap_id"])
        if answered is None or answered["state"] != "done":
            return planned
        self.swaps += 1
        return [(second, first_id), (first, second_id)]
