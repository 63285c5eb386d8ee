"""Bells of a running town, by real mail: in seconds, once, whatever became of the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.system_clock import SystemClock
from tests.fakes import wait_until
from tests.mail_server import MailServer
from tests.speaking_town import SpeakingTown, case_id, make_speaking_folder

BELLS: Final = """\
bells:
  address: https://mercat.town.example
  smtp:
    host: 127.0.0.1
    port: PORT
    security: none
    sender: mercat@town.example
"""


class RingingTown:
    """A town that runs, and the mail server it is told to use."""

    def __init__(self, place: Path, server: MailServer) -> None:
        folder = make_speaking_folder(place)
        with (folder / "mercat.yaml").open("a", encoding="utf-8") as file:
            file.write(BELLS.replace("PORT", str(server.port)))
        self.server = server
        self.town = SpeakingTown(folder, SystemClock())
        self.town.set_up()
        self.town.speaking.start()

    def answer(self, number: int) -> dict[str, Any]:
        """Have ann propose a reply; it waits for somebody's consent."""
        text = f"Bin {number} will be emptied on Friday."
        return self.town.do("answer", "ann", case_id=case_id(number), text=text)

    def stop(self) -> None:
        """End."""
        self.town.speaking.stop()
        self.town.stop()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that listens."""
    made = MailServer()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ringing(tmp_path: Path, server: MailServer) -> Iterator[RingingTown]:
    """A town that runs."""
    made = RingingTown(tmp_path, server)
    yield made
    made.stop()


def test_an_act_that_waits_is_mailed_to_bob_and_a_halt_to_everybody(ringing: RingingTown) -> None:
    """Whoever could consent is told, without a word of it; a halt reaches those it stops."""
    act = ringing.answer(1)
    waits = "[Test Council] An act waits for consent"
    wait_until(lambda: waits in ringing.server.to("bob@town.example"))
    ringing.town.do("halt", "otto", kind="everything", why="as a test")
    halted = "[Test Council] Halted: everything"
    everybody = ("ann", "gail", "dee", "otto")
    wait_until(
        lambda: all(halted in ringing.server.to(f"{each}@town.example") for each in everybody)
    )

    mail = next(each for each in ringing.server.mails if each["To"] == "bob@town.example")
    assert f"https://mercat.town.example/api/v1/acts/{act['id']}" in mail.get_content()
    assert all("emptied" not in each.get_content() for each in ringing.server.mails)
    assert len(ringing.server.ids()) == len({*ringing.server.ids()})


def test_while_the_server_is_down_everything_else_goes_on_and_all_come_once(
    ringing: RingingTown,
) -> None:
    """Mail that waited comes when the server does, and nothing of it twice."""
    ringing.server.stop()
    acts = [ringing.answer(number)["id"] for number in range(1, 4)]
    wait_until(lambda: bool(ringing.town.store.select("bell_ringings_counts", (0,))))
    ringing.town.do("halt", "otto", kind="everything", why="as a test")
    ringing.server.start()
    to_bob = "bob@town.example"
    wait_until(lambda: len(ringing.server.to(to_bob)) >= len(acts))

    assert len(acts) == len(ringing.server.to(to_bob))
    assert len(ringing.server.ids()) == len({*ringing.server.ids()})
