"""What a records officer types: to verify, to hand out, to hold, to erase, to delete by age."""

import csv
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw
import pytest

from services.store.file_keys import KeyFolder
from services.store.file_tokens import SavedTokens
from tests.fakes import wait_until
from tests.mercat_process import Ended, Running, call, environment

ACCOUNTS: Final = """
accounts:
  - {id: council, platform: house, name: Test Council, handle: council, source: rows}
speaking:
  checkpoint_seconds: 1
  checkpoint_folder: KEPT
"""
PEOPLE: Final = (
    ("ann", "team-member"),
    ("bob", "approver"),
    ("gil", "governance"),
    ("gus", "governance"),
    ("amy", "auditor"),
)
AUTHOR: Final = "@bob@social.example"
POST: Final = "A wire down in Mill Lane!"
WORDS: Final = "The crew comes back on Tuesday, planted-words-7b2e."
WHY: Final = ("--why", "So it was asked")


@dataclass
class Office:
    """A body's folder, its keys, where its checkpoints are kept, and a way to type commands."""

    place: Path

    @property
    def folder(self) -> Path:
        """The body's folder."""
        return self.place / "body"

    @property
    def env(self) -> dict[str, str]:
        """The environment of its commands."""
        return environment(self.place / "keys")

    @property
    def exported(self) -> Path:
        """The checkpoints as somebody else keeps them."""
        (path,) = (self.place / "kept").glob("checkpoints-*.jsonl")
        return path

    def type(self, *arguments: str | Path, who: str = "") -> Ended:
        """Type a command, as somebody or as whoever has the machine."""
        asked = ("--as", who) if who else ()
        return call(*arguments, *asked, "--folder", self.folder, env=self.env)

    def told(self, *arguments: str | Path, who: str = "") -> Any:
        """Type a command that must end well; return what it tells programs."""
        ended = self.type(*arguments, "--json", who=who)
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    def copied(self, place: Path) -> "Office":
        """Return a copy that a test may spoil."""
        shutil.copytree(self.place, place)
        settings = place / "body" / "mercat.yaml"
        text = settings.read_text("utf-8").replace(str(self.place), str(place))
        settings.write_text(text, "utf-8")
        before, after = (
            SavedTokens(KeyFolder(each / "keys"), each / "body") for each in (self.place, place)
        )
        for login, _ in PEOPLE:
            after.save(login, before.find(login))
        return Office(place)


@pytest.fixture(scope="module")
def at_rest(first_run: tuple[Path, Ended], tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Five people at work, and a case that was answered; nothing runs any more."""
    place = tmp_path_factory.mktemp("office")
    made = Office(place)
    shutil.copytree(first_run[0], made.folder)
    shutil.copytree(first_run[0].parent / "keys", place / "keys")
    with (made.folder / "mercat.yaml").open("a", encoding="utf-8") as settings:
        settings.write(ACCOUNTS.replace("KEPT", str(place / "kept")))
    with Running(made.folder, env=made.env):
        for login, role in PEOPLE:
            address = f"{login}@council.example"
            named = ("--name", login.title(), "--address", address, "--role", role)
            made.told("people", "add", login, *named)
            made.told("people", "token", login, "--save")
        made.told("people", "grant", "ann", "council", "--kind", "reply", *WHY)
        act = made.told("reply", case_of(made), "--text", WORDS, who="ann")
        made.told("approve", act["id"], "--digest", act["digest"], who="bob")
        wait_until(lambda: made.told("act", act["id"], who="ann")["state"] == "sending")
    return made


@pytest.fixture(scope="module")
def office(at_rest: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same; Mercat runs beside the commands."""
    made = at_rest.copied(tmp_path_factory.mktemp("running") / "office")
    with Running(made.folder, env=made.env):
        yield made


def case_of(office: Office) -> str:
    """Return the id of the case that was answered."""
    (case,) = (item for item in office.told("inbox", "lighting") if item["text"] == POST)
    return str(case["id"])


@pytest.fixture
def copy(at_rest: Office, tmp_path: Path) -> Office:
    """The same at rest, to be changed."""
    return at_rest.copied(tmp_path / "office")


def tampered(office: Office, statement: str) -> None:
    """Change the database behind Mercat's back."""
    with closing(apsw.Connection(str(office.folder / "mercat.sqlite"))) as writer:
        writer.execute(statement)


def test_the_record_verifies_while_mercat_runs(office: Office) -> None:
    """By the files, by the file somebody kept, and by asking Mercat."""
    wait_until(lambda: office.type("audit", "verify", "--exported", office.exported).code == 0)

    by_files = office.told("audit", "verify", "--exported", office.exported)
    asked = office.told("audit", "verify", who="amy")

    assert (True, True) == (by_files["sound"], asked["sound"])
    assert by_files["entries"] > 10
    assert by_files["exported_checkpoint"] >= 1
    assert "agree with exported checkpoint" in by_files["sentence"]


def test_the_first_bad_entry_is_named_with_mercat_stopped(copy: Office) -> None:
    """One byte of one entry, and the command ends with 1 and its name."""
    tampered(
        copy,
        "UPDATE audit_entries SET body = replace(CAST(body AS TEXT), 'ann', 'bob'), "
        "at_ms = at_ms + 1 WHERE id = 'house:000000000003'",
    )

    ended = copy.type("audit", "verify")
    told = json.loads(copy.type("audit", "verify", "--json").out)

    assert 1 == ended.code
    assert "does NOT verify" in ended.out
    assert "Entry 3 of chain house" in ended.out
    assert "house:000000000003" == told["first_bad"]


def test_an_end_cut_off_shows_by_the_file_somebody_kept_even_without_keys(copy: Office) -> None:
    """With the last entries and checkpoints gone, the database alone looks whole."""
    for statement in (
        "DELETE FROM audit_entries WHERE chain = 'house' AND sequence = "
        "(SELECT sequence FROM audit_heads WHERE id = 'house')",
        "DELETE FROM audit_checkpoints",
        "UPDATE audit_heads SET sequence = sequence - 1, hash = (SELECT hash FROM audit_entries "
        "WHERE chain = 'house' ORDER BY sequence DESC LIMIT 1) WHERE id = 'house'",
    ):
        tampered(copy, statement)
    kept = copy.place / "kept.jsonl"
    copy.exported.rename(kept)
    shutil.rmtree(copy.place / "keys")

    ended = copy.type("audit", "verify", "--exported", kept)
    keyless = copy.type("audit", "verify")

    assert (1, 1) == (ended.code, keyless.code)
    assert "the chain ends early" in ended.out
    assert "The keys are not here" in ended.out
    assert "bring that folder back" in keyless.err


def test_a_case_is_handed_out_as_a_page_or_a_file(office: Office, tmp_path: Path) -> None:
    """Whole for the body's own use; with --foi third parties are left out, with a list."""
    case = case_of(office)

    whole = office.told("audit", "export", "--case", case, "--out", tmp_path / "whole", *WHY)
    foi = ("audit", "export", "--foi", "--case", case, *WHY)
    office.told(*foi, "--out", tmp_path / "foi", who="amy")
    packed = office.told(*foi, "--out", tmp_path / "foi.zip", who="amy")
    refused = office.type(*foi, "--out", tmp_path / "mine", who="ann")

    page, cut = ((tmp_path / name / "index.html").read_text("utf-8") for name in ("whole", "foi"))
    with (tmp_path / "foi" / "redactions.csv").open(encoding="utf-8-sig") as file:
        left_out = {row["what"] for row in csv.DictReader(file)}
    assert str(tmp_path / "whole") == whole["place"]
    assert AUTHOR in page
    assert WORDS in page
    assert AUTHOR not in cut
    assert "author" in left_out
    assert 0o700 == (tmp_path / "foi").stat().st_mode & 0o777
    assert (True, 0o600) == (packed["bytes"] > 0, (tmp_path / "foi.zip").stat().st_mode & 0o777)
    assert (1, False) == (refused.code, (tmp_path / "mine").exists())


def test_a_package_verifies_by_itself_and_its_making_is_on_record(
    office: Office, tmp_path: Path
) -> None:
    """With Python alone; who asked for it, and why, stands in the record of the case."""
    case = case_of(office)
    office.told("audit", "export", "--account", "council", "--out", tmp_path / "all", *WHY)

    office.told("audit", "export", "--case", case, "--out", tmp_path / "one", *WHY, who="gil")
    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "all" / "verify.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    shown = office.told("audit", "show", "--case", case, who="amy")

    assert (0, True) == (done.returncode, done.stdout.startswith("Sound")), done.stdout
    assert ("audit.exported", "gil") == (shown[-1]["kind"], shown[-1]["actor"])
    assert "So it was asked" == shown[-1]["payload"]["why"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say what is wanted"),
        (("--case", "c1", "--account", "council"), "Name one of"),
        (("--since", "yesterday"), "body.since"),
        (("--since", "2026-02-31"), "no day or moment"),
        (("--person", "nobody"), "nobody with the login"),
        (("--case", "c" * 32), "there is nothing"),
    ],
)
def test_what_cannot_be_handed_out_is_said(
    office: Office, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """In one sentence, and nothing is written."""
    ended = office.type("audit", "export", *arguments, "--out", tmp_path / "out", *WHY)

    assert (1, False) == (ended.code, (tmp_path / "out").exists())
    assert said in ended.err


def test_what_a_day_covers_is_all_of_it(office: Office, tmp_path: Path) -> None:
    """Until a day means up to and with it: what happened today is in."""
    ((first, *_),) = (office.told("audit", "show", "--chain", "house"),)
    day = first["at"][:10]

    office.told("audit", "export", "--since", day, "--until", day, "--out", tmp_path / "o", *WHY)

    lines = (tmp_path / "o" / "entries.jsonl").read_text("utf-8").splitlines()
    assert first["id"] in {json.loads(line)["id"] for line in lines}


def test_somebody_gets_all_that_is_kept_about_them(office: Office, tmp_path: Path) -> None:
    """A member of the public what they wrote, one of ours what was recorded and what they did."""
    theirs = ("records", "subject-access", "--out")
    office.told(*theirs, tmp_path / "c", "--source", "rows", "--author", AUTHOR, who="amy")
    office.told(*theirs, tmp_path / "s", "--person", "bob", who="amy")
    unclear = office.type(*theirs, tmp_path / "n", "--author", AUTHOR, who="amy")

    citizen, staff = ((tmp_path / n / "index.html").read_text("utf-8") for n in ("c", "s"))
    assert POST in citizen
    assert "bob approved" in staff
    assert "added somebody" in staff
    assert (2, "--source and --author" in unclear.err) == (unclear.code, True)


def test_an_erasure_takes_two_people_and_leaves_nothing(copy: Office) -> None:
    """Asked for and agreed to; the words are in no file, and every chain verifies."""
    asked = ("records", "erase", "--source", "rows", "--author", AUTHOR, "--yes", *WHY)

    first = copy.type(*asked, who="gil")
    again = copy.type(*asked, who="gil")
    auditor, operator = (copy.type(*asked, who=who) for who in ("amy", ""))
    second = copy.type(*asked, who="gus")
    verified = copy.type("audit", "verify")

    assert "Asked for" in first.out
    assert "posts of theirs, here and in the log: 1" in first.out
    assert ("Asked for" in again.out, "Erased" in again.out) == (True, False)
    assert (1, 1) == (auditor.code, operator.code)
    assert "gil asked for it on" in second.out
    assert "Erased: 1 posts" in second.out
    assert 0 == verified.code, verified.out
    assert [] == holding(copy.folder, "planted-words-7b2e", POST)


def holding(folder: Path, *texts: str) -> list[str]:
    """Return the files of the body's own database that hold one of these texts."""
    return [
        path.name
        for path in folder.glob("mercat.sqlite*")
        if any(text.encode() in path.read_bytes() for text in texts)
    ]


def test_nobody_erases_without_saying_yes(copy: Office) -> None:
    """What goes is shown, and an answer that is no yes ends it."""
    ended = copy.type(
        *("records", "erase", "--source", "rows", "--author", AUTHOR), *WHY, who="gil"
    )
    held = copy.told("records", "holds", who="amy")

    assert 1 == ended.code
    assert "It takes two people" in ended.out
    assert [] == held
    assert "erasure.asked" not in {e["kind"] for e in copy.told("audit", "show")}


def test_a_hold_keeps_what_it_covers_until_it_is_lifted(copy: Office) -> None:
    """Erasure is refused with whose hold it is and why, and goes ahead afterwards."""
    erase = ("records", "erase", "--source", "rows", "--author", AUTHOR, "--yes", *WHY)
    review = ("--review", "2099-01-01", "--why", "The ombudsman asks")

    hold = copy.told("records", "hold", "case", case_of(copy), *review, who="gil")
    listed = copy.type("records", "holds", who="amy")
    refused = copy.type(*erase, who="gil")
    nothing = copy.type("records", "hold", "case", "c9", *review, who="gil")
    past = copy.type("records", "hold", "everything", "--review", "2020-01-01", *WHY, who="gil")
    copy.told("records", "lift", hold["id"], *WHY, who="gil")
    after = copy.type(*erase, who="gil")

    assert "by gil" in listed.out
    assert (1, True) == (refused.code, "The ombudsman asks (owner gil" in refused.err)
    assert (1, True) == (nothing.code, "There is no case" in nothing.err)
    assert (1, True) == (past.code, "some day to come" in past.err)
    assert 0 == after.code, after.err


def test_a_hold_on_somebody_keeps_no_name(copy: Office) -> None:
    """An author is held by the name they have in the audit, which names nobody."""
    review = ("--review", "2099-01-01", *WHY)

    author = copy.told("records", "hold", "author", AUTHOR, "--source", "rows", *review, who="gil")
    staff = copy.told("records", "hold", "person", "ann", *review, who="gil")

    assert author["name"].startswith("citizen:")
    assert staff["name"].startswith("person:")
    assert AUTHOR not in json.dumps(copy.told("records", "holds", who="amy"))


def test_retention_says_first_and_deletes_what_is_past_its_time(copy: Office) -> None:
    """A dry run touches nothing; what goes is on record, and the record verifies."""
    with (copy.folder / "mercat.yaml").open("a", encoding="utf-8") as settings:
        settings.write("  retention: {act_payloads_days: 1}\n")
    tampered(copy, "UPDATE command_keys SET at_ms = 0")
    looked = copy.type("records", "retention", "--dry-run", who="amy")
    refused = copy.type("records", "retention", who="amy")
    rows = copy.told("records", "retention", "--dry-run", who="gil")["classes"]

    gone = copy.told("records", "retention", who="gil")["classes"]
    left = copy.told("records", "retention", "--dry-run", who="gil")["classes"]

    assert "Nothing was deleted." in looked.out
    assert 1 == refused.code
    (before, after, rest) = (
        {each["name"]: each["going"] for each in part} for part in (rows, gone, left)
    )
    assert before["replies"] > 0
    assert before["replies"] == after["replies"]
    assert 0 == rest["replies"]
    assert 0 == copy.type("audit", "verify").code


def test_keys_are_rotated_by_whoever_has_the_machine(copy: Office, tmp_path: Path) -> None:
    """Everything sealed still opens, old keys go when told, and nobody else may."""
    before = copy.told("keys", "list")
    refused = copy.type("keys", "rotate", *WHY, who="gil")
    copy.told("keys", "rotate", *WHY)
    retired = copy.told("keys", "rotate", "--retire", *WHY)
    after = copy.told("keys", "list")
    report = copy.told("audit", "verify")
    copy.told("audit", "export", "--account", "council", "--out", tmp_path / "o", *WHY)

    assert (1, True) == (refused.code, "without --as" in refused.err)
    assert [True] == [item["in_use"] for item in before]
    assert 2 == len(retired["retired"])
    assert [(True, True)] == [(item["in_use"], item["wraps"] > 0) for item in after]
    assert (True, True) == (report["sound"], report["payloads_opened"] > 0)
    assert WORDS in (tmp_path / "o" / "index.html").read_text("utf-8")


def test_no_key_or_token_is_in_anything_that_leaves(office: Office, tmp_path: Path) -> None:
    """Backup, packages and every command's words are clean of what the keys folder holds."""
    said = [
        office.type("keys", "list").out,
        office.type("doctor").out,
        office.type("audit", "show").out,
        office.type("people", "list").out,
    ]
    office.told("audit", "export", "--since", "2020-01-01", "--out", tmp_path / "all", *WHY)
    backup = call("backup", tmp_path / "b.tar", "--folder", office.folder, env=office.env)
    secrets = [path.read_bytes().strip() for path in (office.place / "keys").iterdir()]

    with tarfile.open(tmp_path / "b.tar") as archive:
        names = archive.getnames()
    package = b"".join(p.read_bytes() for p in (tmp_path / "all").rglob("*") if p.is_file())
    kept = (tmp_path / "b.tar").read_bytes() + package + "".join(said).encode()
    assert 0 == backup.code
    assert len(secrets) > len(PEOPLE)
    assert [] == [secret for secret in secrets if secret in kept]
    assert not any("master" in name or "token" in name for name in names)


def test_doctor_looks_at_all_that_speaking_stands_on(copy: Office) -> None:
    """Gate, audit, checkpoint, keys, accounts, and what waits for people."""
    well = {each["name"]: each for each in doctor(copy)}
    copy.told("reply", case_of(copy), "--text", "It is on its way.", who="ann")
    (copy.place / "keys").chmod(0o755)
    tampered(copy, "DELETE FROM vault_secrets")
    tampered(copy, "DELETE FROM audit_payloads WHERE id = 'house:000000000003'")
    ill = {each["name"]: each for each in doctor(copy)}

    names = ("gate", "audit", "keys", "accounts", "acts", "sendings")
    assert ["ok"] * len(names) == [well[name]["state"] for name in names], well
    assert "checkpoint" in well
    assert ("fault", True) == (ill["keys"]["state"], "chmod 700" in ill["keys"]["sentence"])
    assert ("warning", True) == (ill["accounts"]["state"], "council" in ill["accounts"]["sentence"])
    assert "1 waits for consent" in ill["acts"]["sentence"]
    assert "fault" == ill["audit"]["state"]


def doctor(office: Office) -> list[dict[str, Any]]:
    """Return what `mercat doctor` found."""
    found: list[dict[str, Any]] = json.loads(office.type("doctor", "--json").out)
    return found


def test_a_restored_folder_says_what_was_unsent_and_waits(copy: Office, tmp_path: Path) -> None:
    """The command warns, the doctor says so, and a run settles it by reading back."""
    act = copy.told("reply", case_of(copy), "--text", "It is on its way.", who="ann")
    copy.told("approve", act["id"], "--digest", act["digest"], who="bob")
    backup, again = tmp_path / "b.tar", tmp_path / "again"
    call("backup", backup, "--folder", copy.folder, env=copy.env)

    restored = call("restore", backup, again, env=copy.env)
    once = call("acts", "--folder", again, "--json", env=copy.env)
    lines = call("doctor", "--json", "--folder", again, env=copy.env)

    assert "1 acts were approved and not begun" in restored.out
    assert "Nothing is sent from here" in restored.out
    assert 0 == once.code, once.err
    found = {each["name"]: each for each in json.loads(lines.out)}
    assert ("warning", True) == (
        found["restored"]["state"],
        "council" in found["restored"]["sentence"],
    )
