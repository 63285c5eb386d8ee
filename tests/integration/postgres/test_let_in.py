"""Whom PostgreSQL does not let in: told at once what to mend, and never waited for at a start."""

from pathlib import Path

import psycopg
import pytest

from services.runtime.errors import SettingsError, StorageRefusedError
from services.store.postgres_pool import PostgresPool, connect
from tests.fakes import wait_until
from tests.folders import make_folder
from tests.mercat_process import call, environment
from tests.postgres_server import PostgresServer

SECRET = "herring-and-oatmeal"
GUARDED = "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"


@pytest.fixture
def guarded(own_server: PostgresServer) -> str:
    """The address of a server that asks one user, `guarded`, for a password."""
    with psycopg.connect(own_server.address, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{SECRET}'".encode())
        ((access,),) = connection.execute("SHOW hba_file").fetchall()
        Path(access).write_text(GUARDED, encoding="ascii")
        connection.execute("SELECT pg_reload_conf()")
    address = own_server.address.replace("mercat@", "guarded@")
    wait_until(lambda: not lets_in(address))
    return address


def lets_in(address: str) -> bool:
    """Return whether the server asks nothing of a user."""
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def opened(address: str) -> None:
    """Open a pool and let go of it again."""
    PostgresPool(address, 1).close()


def test_a_wrong_password_is_told_at_once_and_never_shown(guarded: str) -> None:
    """The sentence names the settings to mend; the right password lets Mercat in."""
    with pytest.raises(SettingsError, match="MERCAT_POSTGRES_ADDRESS") as refused:
        opened(f"{guarded}?password=porridge-and-salt")

    assert "MERCAT_POSTGRES_PASSWORD" in str(refused.value)
    assert "porridge" not in str(refused.value)
    assert "\n" not in str(refused.value)
    opened(f"{guarded}?password={SECRET}")


def test_a_password_that_is_missing_is_told_at_once(guarded: str) -> None:
    """A server that asks for one, and settings that name none."""
    with pytest.raises(SettingsError, match="MERCAT_POSTGRES_PASSWORD"):
        opened(guarded)


def test_a_password_changed_under_a_service_at_work_is_waited_out(guarded: str) -> None:
    """Both sides are changed one after the other: nothing that works stops for the time between."""
    with pytest.raises(StorageRefusedError, match="does not let Mercat in"):
        connect(f"{guarded}?password=porridge-and-salt")


def test_a_database_that_is_not_there_is_to_be_made_or_named(address: str) -> None:
    """The sentence says what to do, for somebody who sets Mercat up and forgot a step."""
    server = address.rsplit("/", 1)[0]

    with pytest.raises(SettingsError, match="make it, or name another in MERCAT_POSTGRES_ADDRESS"):
        opened(f"{server}/nowhere")


def test_a_role_that_is_not_there_or_may_not_log_in_is_named(address: str) -> None:
    """So is one that is there and is no user."""
    unknown = address.replace("mercat@", "nobody@")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE ROLE keeper NOLOGIN")
        try:
            for role in (unknown, address.replace("mercat@", "keeper@")):
                with pytest.raises(SettingsError, match="name another in MERCAT_POSTGRES_ADDRESS"):
                    opened(role)
        finally:
            connection.execute("DROP ROLE keeper")


@pytest.mark.parametrize(
    "said",
    [
        "connection refused\n\tIs the server running on that host?",
        "FATAL:  the database system is starting up",
        "FATAL:  the database system is in recovery mode",
        "FATAL:  sorry, too many clients already",
        'FATAL:  database "mercat" is not currently accepting connections',
        "timeout expired",
        'failed to resolve host "postgres.example"',
    ],
)
def test_a_server_that_may_yet_answer_is_waited_for(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what a person has to mend ends a start at once."""

    def refused(*_: object, **__: object) -> None:
        raise psycopg.OperationalError(said)

    monkeypatch.setattr(psycopg, "connect", refused)

    with pytest.raises(StorageRefusedError):
        opened("postgresql://mercat@192.0.2.7/mercat")


@pytest.mark.parametrize(
    "said",
    [
        'FATAL:  password authentication failed for user "mercat"',
        "connection failed: fe_sendauth: no password supplied",
        'FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "mercat"',
        'FATAL:  Peer authentication failed for user "mercat"',
        'FATAL:  permission denied for database "mercat"\nDETAIL:  It is not yours.',
    ],
)
def test_who_is_not_let_in_is_told_which_settings_name_them(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server says comes with where user and password stand."""

    def refused(*_: object, **__: object) -> None:
        raise psycopg.OperationalError(said)

    monkeypatch.setattr(psycopg, "connect", refused)

    with pytest.raises(SettingsError, match=r"scaled\.postgres\.password") as told:
        opened("postgresql://mercat@192.0.2.7/mercat")
    assert " ".join(said.split()) in str(told.value)


def test_an_address_that_cannot_be_read_is_not_quoted() -> None:
    """What is wrong in it may be the password."""
    with pytest.raises(SettingsError, match="MERCAT_POSTGRES_ADDRESS") as refused:
        opened("localhost?password=porridge-and-salt")

    assert "porridge" not in str(refused.value)


def test_a_service_ends_at_once_with_the_sentence(postgres_server: str, tmp_path: Path) -> None:
    """It does not try for two minutes what would fail each time."""
    nowhere = postgres_server.rsplit("/", 1)[0] + "/nowhere"
    folder = make_folder(tmp_path / "body")
    env = environment(tmp_path / "keys", MERCAT_POSTGRES_ADDRESS=nowhere, MERCAT_SERVICE_PORT="0")

    ended = call("serve", "relay", folder, env=env)

    assert 1 == ended.code
    assert "MERCAT_POSTGRES_ADDRESS" in ended.err
    assert "Traceback" not in ended.err
