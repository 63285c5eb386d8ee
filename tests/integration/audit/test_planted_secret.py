"""A planted credential is used, echoed and failed with, and is in no byte that anything keeps."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from prometheus_client import generate_latest

from services.bootstrap import Embedded
from services.bootstrap_speaking import EmbeddedSpeaking
from services.policy.audit_export import Selection
from services.policy.file_audit_export import ExportParts, export_foi
from services.policy.file_checkpoints import Checkpoints
from services.publish.hushed_platform import HushedPlatform
from services.publish.vault import ACCOUNT_PURPOSE, Secret, account_secret
from services.runtime.account_state import AccountState
from services.runtime.actor import OPERATOR, Actor
from services.runtime.errors import MercatError, PlatformUnavailableError
from services.runtime.platform import (
    OwnAct,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
    Refused,
    Unclear,
)
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings, read_body
from services.store.file_backup import write_backup
from services.store.file_keys import KeyFolder
from services.store.file_rotation import rotate
from tests.fakes import wait_until
from tests.folders import make_folder

MARKER = "planted-credential-4c1f"
SPEAKING = """\
accounts:
  - {id: town, platform: house, name: Test Town, handle: town}
"""


class Telltale:
    """A platform that repeats the credential in everything it says."""

    facts = PlatformFacts("house", "characters", 500, takes_keys=False)

    def __init__(self) -> None:
        self.given: list[str] = []

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Refuse the first, and leave the second in doubt."""
        del request, timeout_seconds
        self.given.append(credential)
        said = f"401 for Authorization: Bearer {credential}"
        return Refused(said) if len(self.given) == 1 else Unclear(said)

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Fail, and say with what."""
        del account, since, limit
        raise PlatformUnavailableError(f"cannot be read with {credential}")

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Fail, and say with what."""
        del account, limit
        raise PlatformUnavailableError(f"cannot be read with {credential}")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as JSON, tracebacks among it."""
    written = io.StringIO()
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(written),
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.configure(**before)


@pytest.fixture
def telltale(monkeypatch: pytest.MonkeyPatch) -> Telltale:
    """The platform that every account is on."""
    platform = Telltale()
    hushed = {"town": HushedPlatform(platform)}
    monkeypatch.setattr(EmbeddedSpeaking, "_platforms", lambda _speaking: hushed)
    return platform


def people(speaking: EmbeddedSpeaking) -> tuple[Actor, Actor]:
    """Set a writer and an approver to work; return both."""
    ids = []
    for login, role in (("ann", "team-member"), ("bob", "approver")):
        order = {"login": login, "name": login.title(), "address": f"{login}@town.example"}
        reply = speaking.desk.carry_out("add-person", {**order, "roles": [role]}, OPERATOR)
        ids.append(reply)
    grant = {"login": "ann", "account": "town", "kinds": ["statement"], "days": 9, "why": "work"}
    speaking.desk.carry_out("give-grant", grant, OPERATOR)
    (ann,), (bob,) = (
        speaking.desk._store.select("person_by_login", (login,)) for login in ("ann", "bob")
    )
    return (
        Actor(str(ann["id"]), "ann", frozenset({"team-member"}), "token"),
        Actor(str(bob["id"]), "bob", frozenset({"approver"}), "token"),
    )


def speak(speaking: EmbeddedSpeaking, text: str, writer: Actor, approver: Actor) -> str:
    """Have something drafted, proposed and approved; return the act's id."""
    desk = speaking.desk
    act = desk.carry_out(
        "draft", {"kind": "statement", "account": "town", "text": text, "language": "en"}, writer
    )
    act_id = str(act["id"])
    desk.carry_out("propose", {"act_id": act_id}, writer)
    digest = desk.act(act_id)["digest"]
    desk.carry_out("approve", {"act_id": act_id, "digest": digest}, approver)
    return act_id


def test_a_planted_credential_is_in_no_byte_that_is_kept(
    tmp_path: Path, telltale: Telltale, lines: io.StringIO
) -> None:
    """Database, backup, export, keys, log lines, metrics and errors are clean of it."""
    folder = make_folder(tmp_path / "data", rows=(), sources=())
    with (folder / "mercat.yaml").open("a", encoding="utf-8") as file:
        file.write(SPEAKING)
    embedded = Embedded(
        folder, read_body(folder, EnvironmentSettings()), SystemClock(), with_sources=False
    )
    embedded.start()
    speaking = EmbeddedSpeaking(embedded, KeyFolder(tmp_path / "keys"))
    speaking.vault.put(account_secret("town"), ACCOUNT_PURPOSE, Secret(MARKER))
    rotate(embedded.journal.store, embedded.journal, speaking.installation.masters)
    errors = []
    try:
        speaking.start()
        writer, approver = people(speaking)
        for text in ("The library opens at nine.", "The pool opens at ten."):
            speak(speaking, text, writer, approver)
        wait_until(lambda: len(telltale.given) >= 2)
        for purpose in ("another", ACCOUNT_PURPOSE):
            with suppress(MercatError):
                errors.append(repr(speaking.vault.open(account_secret("town"), purpose)))
    finally:
        speaking.stop()
    Checkpoints(
        speaking.installation, embedded.journal.store, embedded.journal, SystemClock()
    ).write()
    parts = ExportParts(
        store=embedded.journal.store,
        sealer=speaking.sealer,
        signing_key=speaking.installation.checkpoint_key,
        clock=SystemClock(),
        body_name="Test",
        zone="Europe/London",
    )
    export_foi(parts, Selection("account", "town"), tmp_path / "export")
    write_backup(folder, "mercat.sqlite", tmp_path / "backup.tar", "now", lambda _share: None)
    metrics = generate_latest(embedded.metrics.registry)
    states = [row["state"] for row in embedded.journal.store.select("acts_after", ("", 10))]
    embedded.stop()

    holding = [
        str(path.relative_to(tmp_path))
        for path in tmp_path.rglob("*")
        if path.is_file() and MARKER.encode() in path.read_bytes()
    ]
    page = (tmp_path / "export" / "index.html").read_text("utf-8")
    assert {MARKER} == set(telltale.given)
    assert ["sending", "sending"] == states
    assert "Secret(hidden)" in page
    assert [] == holding
    assert MARKER not in lines.getvalue() + metrics.decode() + "".join(errors)


def test_the_scan_would_find_it(tmp_path: Path) -> None:
    """A marker that is kept in clear is found by the same look at the same kind of files."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "row").write_bytes(b"x" + MARKER.encode())

    assert [tmp_path / "sub" / "row"] == [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and MARKER.encode() in path.read_bytes()
    ]
