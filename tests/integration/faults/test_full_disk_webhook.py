"""What a sender of webhooks hears while the disk is full, and after."""

from dataclasses import replace
from pathlib import Path

from services.console.app import create_app
from services.runtime.clock import ManualClock
from tests.integration.console.console_parts import NOW, FakeMercat, signed
from tests.integration.faults.rig import DATABASE, Rig
from tests.simulation.checkers import unended
from tests.simulation.forgetful_vfs import ForgetfulVfs
from tests.simulation.remains import remains_in_file


def console_of(rig: Rig) -> FakeMercat:
    """Return a console that stands on a real door and store."""
    mercat = FakeMercat()
    journal = rig.journal
    parts = replace(mercat.parts, door=rig.door, store=journal.store, event_log=journal.log)
    mercat.app = create_app(parts)
    return mercat


def test_a_webhook_is_put_off_while_the_disk_is_full_and_taken_after(tmp_path: Path) -> None:
    """503 with a time to wait, nothing kept; the same call is taken once there is room."""
    vfs = ForgetfulVfs()
    rig = Rig(tmp_path, ManualClock(NOW), vfs=vfs.name)
    rig.start()
    mercat = console_of(rig)
    call = signed({"posts": [{"id": "17", "text": "The bins."}, {"id": "18"}]}, "call")

    vfs.room_bytes = 0
    put_off = mercat.ask("POST", "/webhooks/form", **call)
    records_then = rig.journal.log.end_offset("posts.received.v1")
    vfs.room_bytes = None
    taken = mercat.ask("POST", "/webhooks/form", **call)
    repeated = mercat.ask("POST", "/webhooks/form", **call)
    rig.drain()
    rig.stop()

    assert (503, "5") == (put_off.status_code, put_off.headers["retry-after"])
    assert "the store would not take a write" in put_off.json()["detail"]
    assert "send the same call again" in put_off.json()["detail"]
    assert records_then == 0
    assert (202, {"accepted": 1, "refused": 1}) == (taken.status_code, taken.json())
    assert (202, {"accepted": 0, "repeat": True}) == (repeated.status_code, repeated.json())
    remains = remains_in_file(tmp_path / DATABASE)
    assert len(remains.topic("posts.received.v1")) == 1
    assert [] == [*unended(remains)]
