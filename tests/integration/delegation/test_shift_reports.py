"""Reports on shifts: whoever spoke by turns reads what their turn came to, as a curator does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.bootstrap_slot_reports import slot_report_reading_of, slot_report_turns_of
from services.policy.rota_turns import RotaTurns
from services.policy.slot_report_reading import SlotReportReading
from services.policy.slot_report_turns import SlotReportTurns
from services.runtime.clock import HOUR_MS
from tests.handover_town import HandoverTown

HELLO: Final = "Good morning. The pool on Mill Street opens at nine."
HOUR_SECONDS: Final = HOUR_MS // 1_000


class Watched:
    """A town with a rota of two shifts, and what makes and reads its reports."""

    def __init__(self, town: HandoverTown) -> None:
        self.town = town
        foundation, sealer = town.town.embedded, town.town.speaking.sealer
        self.over = RotaTurns(foundation.journal, town.town.store, sealer, town.clock)
        self.reports: SlotReportTurns = slot_report_turns_of(foundation, sealer)
        self.reading: SlotReportReading = slot_report_reading_of(foundation)

    def rota(self, **values: Any) -> tuple[str, str]:
        """Plan curt for this hour and the next; return the ids of the two shifts."""
        begin_ms = self.town.now_ms
        order: dict[str, Any] = {
            "account": "town",
            "title": "The control room",
            "starts_at_ms": begin_ms,
            "ends_at_ms": begin_ms + 24 * HOUR_MS,
            "why": "round the clock",
        }
        rota_id = str(self.town.do("rota-make", "gail", **(order | values))["rota_id"])
        shifts = [
            {
                "login": "curt",
                "starts_at_ms": begin_ms + hour * HOUR_MS,
                "ends_at_ms": begin_ms + (hour + 1) * HOUR_MS,
            }
            for hour in (0, 1)
        ]
        self.town.do("shift-plan", "gail", rota_id=rota_id, shifts=shifts)
        first, second = self.town.town.store.select("shifts_ahead", (rota_id,))
        return str(first["id"]), str(second["id"])

    def hour_over(self) -> int:
        """Let an hour pass and all be done that is due; return how many reports were made."""
        self.town.clock.advance(HOUR_SECONDS)
        self.over.turn()
        return self.reports.turn()

    def say(self) -> None:
        """Have curt say one thing, and it sent."""
        self.town.agree(self.town.act("curt", "statement", text=HELLO), "bob")
        self.town.turn()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A small town with its reports."""
    town = HandoverTown(tmp_path)
    yield Watched(town)
    town.stop()


def test_a_shift_that_somebody_spoke_in_gets_its_report_once(watched: Watched) -> None:
    """Complete from the first, and of that shift alone: the quiet hour after it gets none."""
    spoken, quiet = watched.rota()
    watched.say()

    made = [watched.hour_over(), watched.hour_over(), watched.reports.turn()]

    told = watched.reading.one(spoken)
    assert [1, 0, 0] == made
    assert ("shift", "curt", True) == (told["kind"], told["person"], told["is_final"])
    assert (1, {"statement": 1}) == (told["sent"], told["sent_by_kind"])
    assert 1 == watched.town.audited("report.made", shift=spoken)
    assert 0 == watched.town.audited("report.made", shift=quiet)


def test_no_report_is_made_while_the_shift_lasts(watched: Watched) -> None:
    """What is still being spoken in has come to nothing yet."""
    watched.rota()
    watched.say()
    watched.over.turn()

    assert 0 == watched.reports.turn()


@pytest.mark.parametrize(("deputy", "officer"), [(None, "gail"), ("dee", "dee")])
def test_a_report_names_who_answered_for_the_rota(
    watched: Watched, deputy: str | None, officer: str
) -> None:
    """The deputy where one is named, else whoever made the rota."""
    values = {} if deputy is None else {"deputy": deputy}
    spoken, _ = watched.rota(**values)
    watched.say()
    watched.hour_over()

    assert officer == watched.reading.one(spoken)["duty_officer"]
    assert 1 == watched.town.audited(
        "report.made", shift=spoken, duty_officer=watched.town.person_id(officer)
    )
