"""Packages of records: read by people, checked by a program that needs Python alone."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from services.policy.audit_export import Selection, export_note
from services.policy.erasure import Citizen, ErasureParts, erase_subject
from services.policy.file_audit_export import (
    ExportParts,
    _digests,
    export_foi,
    export_subject,
)
from services.policy.file_checkpoints import Checkpoints
from services.policy.file_verify_export import EXPORT_PREFIX
from services.policy.rule_set import FORMAT, content_digest
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import account_chain
from services.runtime.clock import ManualClock
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, NotFoundError
from services.runtime.ports import Commit
from tests.audit_notes import AT_MS, OFFICER, AuditRig, audit_rig, note

CASE = "c" * 32
AUTHOR = "@ann@social.example"
TOWN = account_chain("town")
NUMBER = re.compile(rb"(?<![0-9A-Za-z+/])7946(?![0-9A-Za-z+/])")
"""The middle of the telephone numbers, as a word: a digest may hold these digits by chance."""
VERDICT = {
    "decision": "deny",
    "reasons": [
        {
            "rule": "content/personal_data",
            "sentence": "A telephone number must not be published.",
            "cure": "Take it out.",
            "citation": "UK GDPR, article 5",
        }
    ],
    "failure": None,
}


@pytest.fixture
def rig(tmp_path: Path, clock: ManualClock) -> Iterator[AuditRig]:
    """A case from post to published answer, in the account's chain, among other entries."""
    with audit_rig(tmp_path, clock) as made:
        subject = made.sealer.citizen_subject("feed", AUTHOR)
        post: Row = {
            "case_id": CASE,
            "source": "feed",
            "author": AUTHOR,
            "text": "=HYPERLINK() my bin! <b>Ring 020 7946 0123</b>",
            "posted_at_ms": AT_MS - 60_000,
            "state": "live",
        }
        person: Row = {"login": "moira", "name": "Moira", "state": "active", "version": 1}
        made.journal.commit(
            Commit(writes={Key("posts", "p" * 32): post, Key("persons", "b" * 32): person})
        ).result()
        about = {"subject": subject, "chain": TOWN, "act_id": "a" * 32}
        facts = {"act_kind": "reply", "revision": "r1", "decision": "deny", "grant": "g1"}
        made.write(
            note(1, kind="act.drafted", payload={"text": "@ann Ring 020 7946 0999"}, **about),
            note(2, kind="act.proposed", payload={"verdict": VERDICT}, **{**about, "facts": facts}),
            note(3, kind="halt.placed", subject="body", case_id=None),
            note(
                4,
                kind="act.approved",
                payload={"text": "=1+1 Sorry, Ann."},
                actor=replace(OFFICER, why="It is right"),
                one_officer=True,
                **about,
            ),
            note(
                5,
                kind="sending.sent",
                actor=PROGRAM,
                payload={"remote_id": "h7", "link": "https://house.example/h7"},
                **{**about, "facts": {"act_kind": "reply", "revision": "r2"}},
            ),
        )
        keep_rules(made, "r1", (1, 3), "package mercat.rules\n")
        Checkpoints(made.installation, made.journal.store, made.journal, clock).write()
        yield made


def keep_rules(rig: AuditRig, revision: str, numbers: Sequence[int], source: str) -> str:
    """Keep rules under some numbers, as they were in force; return what names their content."""
    files = {"content/personal_data.rego": source, "content/personal_data_test.rego": "none"}
    content = json.dumps({"format": FORMAT, "files": files}).encode()
    content_id = content_digest(content)
    writes: dict[Key, Row | None] = {
        Key("rule_contents", content_id): {"content": content, "kept_at_ms": 1}
    }
    for number in numbers:
        writes[Key("rule_revisions", f"{number:012d}")] = {
            "number": number,
            "revision": revision,
            "content_id": content_id,
            "signature": "s",
            "key_id": "k",
            "change_id": None,
            "origin": "change",
            "made_at_ms": number,
        }
    rig.journal.commit(Commit(writes=writes)).result()
    return content_id


@pytest.fixture
def parts(rig: AuditRig, clock: ManualClock) -> ExportParts:
    """What packages are made from."""
    return ExportParts(
        store=rig.journal.store,
        sealer=rig.sealer,
        signing_key=rig.installation.checkpoint_key,
        clock=clock,
        body_name="Test Council",
        zone="Europe/London",
    )


def everything_in(folder: Path) -> bytes:
    """Return what all files of a package hold, one behind the other."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the package's own verifier, isolated from everything that is installed here."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_case_is_a_package_that_verifies_by_itself(
    rig: AuditRig, parts: ExportParts, tmp_path: Path
) -> None:
    """Every entry of the case is there with its words, and the verifier needs Python alone."""
    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")

    code, said = verified(folder)

    assert 0 == code, said
    assert "Sound: 4 entries, 4 with their words, out of 4 in 1 chains, with a signed" in said
    assert rig.installation.checkpoint_key.public_key().public_bytes_raw().hex() in said
    assert {
        "entries.csv",
        "entries.jsonl",
        "index.html",
        "policy",
        "proof.json",
        "proof.jsonl",
        "proof.sig",
        "redactions.csv",
        "verify.py",
    } == {path.name for path in folder.iterdir()}


def test_the_page_tells_it_in_plain_words(parts: ExportParts, tmp_path: Path) -> None:
    """Post, drafts, reasons, consent and publication stand in order, as text and no markup."""
    page = (export_foi(parts, Selection("case", CASE), tmp_path / "out") / "index.html").read_text(
        "utf-8"
    )

    told = [
        "What was published",
        "as town:",
        "=1+1 Sorry, Ann.",
        "Who took part",
        "moira: approver",
        "Mercat: the program itself",
        "What happened",
        "@ann@social.example wrote on feed:",
        "my bin! &lt;b&gt;Ring",
        "moira drafted",
        "@ann Ring 020 7946 0999",
        "moira proposed a reply. The rules said: it may not go.",
        "Rule content/personal_data: A telephone number must not be published. "
        "(UK GDPR, article 5) What helps: Take it out.",
        "Under the leave numbered g1",
        "moira approved",
        "Reason given: It is right",
        "The body has one officer",
        "A reply was published.",
        "https://house.example/h7",
        "Revision r1 (number 1, number 3)",
        "policy/r1/content/personal_data.rego",
        "The text of revision r2 is not kept here any more.",
        "Nothing was left out.",
    ]
    places: list[int] = []
    for sentence in told:
        places.append(page.find(sentence, places[-1] if places else 0))
    assert -1 not in places, told[places.index(-1)]
    assert "<script" not in page
    assert "02 March 2026, 09:00:00" in page


def test_each_decision_has_the_rules_that_it_was_made_by(
    rig: AuditRig, parts: ExportParts, tmp_path: Path
) -> None:
    """Whatever came into force since the program was started, to the letter and without tests."""
    keep_rules(rig, "r2", [2], "package mercat.rules\n# as of March\n")

    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")

    written = {path.relative_to(folder).as_posix() for path in folder.rglob("policy/*/*/*")}
    assert {f"policy/{each}/content/personal_data.rego" for each in ("r1", "r2")} == written
    source = (folder / "policy/r2/content/personal_data.rego").read_text("utf-8")
    assert "package mercat.rules\n# as of March\n" == source
    assert "not kept here" not in (folder / "index.html").read_text("utf-8")


def test_rules_that_were_changed_in_the_database_are_not_shown_as_those_in_force(
    rig: AuditRig, parts: ExportParts, tmp_path: Path
) -> None:
    """A package says that they are not kept, and has nothing in their place."""
    content_id = keep_rules(rig, "r2", [2], "package mercat.rules\n")
    changed: Row = {"content": b'{"format": "mercat-rules-1", "files": {}}', "kept_at_ms": 1}
    rig.journal.commit(Commit(writes={Key("rule_contents", content_id): changed})).result()

    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")

    assert not (folder / "policy").exists()
    assert "revision r2 is not kept here" in (folder / "index.html").read_text("utf-8")


def test_no_cell_of_the_table_is_a_formula(parts: ExportParts, tmp_path: Path) -> None:
    """What begins like a formula is marked as text, in a file that spreadsheets read as UTF-8."""
    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")

    content = (folder / "entries.csv").read_bytes()
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))

    assert content.startswith(b"\xef\xbb\xbf")
    assert ["'@ann Ring 020 7946 0999", "", "'=1+1 Sorry, Ann.", ""] == [
        row["words"] for row in rows
    ]
    assert ["moira", "moira", "moira", "Mercat"] == [row["who"] for row in rows]
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_redaction_leaves_out_third_parties_and_says_so(parts: ExportParts, tmp_path: Path) -> None:
    """Numbers and authors go from every file, the log says where and why, and it verifies."""
    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out", redact=True)

    code, said = verified(folder)
    log = (folder / "redactions.csv").read_text("utf-8-sig")

    assert (0, True) == (code, "4 entries, 2 with their words" in said)
    everything = everything_in(folder)
    assert NUMBER.search(everything) is None
    assert b"@ann@social" not in everything
    assert b"[person 1]" in everything
    assert "personal data of a third party" in log
    assert '"phone"' in log


def change_line(folder: Path, name: str, before: str, after: str) -> None:
    """Change a file of the package."""
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), "utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: change_line(f, "index.html", "moira", "mhairi"), "index.html is not the file"),
        (lambda f: (f / "policy/r1/content/personal_data.rego").unlink(), "is missing from"),
        (lambda f: change_line(f, "proof.json", "Everything", "Nothing"), "proof.json is not sign"),
        (lambda f: (f / "proof.sig").write_text("00" * 64), "proof.json is not signed"),
        (lambda f: (f / "entries.jsonl").unlink(), "entries.jsonl is missing"),
    ],
)
def test_a_package_that_was_changed_is_found_out(
    parts: ExportParts, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    """No file of it can be changed or left out."""
    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")

    change(folder)

    code, line = verified(folder)
    assert (1, True) == (code, said in line), line


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("proof.jsonl", "act.drafted", "act.Drafted", "entry 1 of chain account:town was changed"),
        ("entries.jsonl", '020 7946 0999\\"}"', '020 7946 0998\\"}"', "not those that were"),
        ("entries.jsonl", 'act.approved\\"', 'act.Approved\\"', "does not say what its chain"),
    ],
)
def test_a_forger_with_the_signing_key_still_meets_the_chain(
    parts: ExportParts, tmp_path: Path, name: str, before: str, after: str, said: str
) -> None:
    """Signed anew after a change, the package is refused by hashes and commitments."""
    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")
    change_line(folder, name, before, after)
    proof = json.loads((folder / "proof.json").read_bytes())
    for file in ("proof.json", "proof.sig"):
        (folder / file).unlink()
    content = json.dumps({**proof, "files": _digests(folder)}).encode()
    (folder / "proof.json").write_bytes(content)
    signature = parts.signing_key.sign(EXPORT_PREFIX + content)
    (folder / "proof.sig").write_text(signature.hex())

    code, line = verified(folder)

    assert (1, True) == (code, said in line), line


def test_another_key_than_the_one_expected_is_refused(parts: ExportParts, tmp_path: Path) -> None:
    """Who has the body's published key can hold the package against it."""
    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")
    published = parts.signing_key.public_key().public_bytes_raw().hex()

    assert 0 == verified(folder, str(folder), published)[0]
    assert (1, True) == (
        (answer := verified(folder, str(folder), "00" * 32))[0],
        "another key" in answer[1],
    )


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection("account", "town"), 4),
        (Selection("person", "b" * 32), 4),
        (Selection("range", from_ms=AT_MS + 1, until_ms=AT_MS + 3), 2),
        (Selection("account", "town", from_ms=AT_MS + 3), 2),
    ],
)
def test_other_selections_hold_what_was_asked_for(
    parts: ExportParts, tmp_path: Path, selection: Selection, count: int
) -> None:
    """An account, a person's doings and a span of time verify like a case."""
    folder = export_foi(parts, selection, tmp_path / "out")

    code, said = verified(folder)

    assert (0, True) == (code, f"Sound: {count} entries" in said), said


def test_one_file_is_written_where_one_is_asked_for(parts: ExportParts, tmp_path: Path) -> None:
    """A .zip holds the same package, and nothing else is left beside it."""
    path = export_foi(parts, Selection("case", CASE), tmp_path / "given" / "case.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")

    assert 0 == verified(tmp_path / "unpacked")[0]
    assert [path] == list(path.parent.iterdir())


def test_a_citizen_gets_everything_that_is_kept_about_them(
    rig: AuditRig, parts: ExportParts, tmp_path: Path
) -> None:
    """What they said and what was recorded about them, and nothing about anybody else."""
    subject = rig.sealer.citizen_subject("feed", AUTHOR)

    folder = export_subject(parts, subject, "feed", AUTHOR, tmp_path / "out")

    assert "1 post and 4 records." in (folder / "index.html").read_text("utf-8")
    assert "halted" not in (folder / "index.html").read_text("utf-8")
    assert 0 == verified(folder)[0]


def test_what_was_erased_is_in_no_package_and_the_rest_verifies(
    rig: AuditRig, parts: ExportParts, tmp_path: Path, clock: ManualClock
) -> None:
    """The page says that something was said and is no longer kept."""
    erasing = ErasureParts(rig.journal.store, rig.journal, rig.journal.log, rig.sealer, clock)
    erase_subject(erasing, Citizen("feed", AUTHOR), OFFICER)

    folder = export_foi(parts, Selection("case", CASE), tmp_path / "out")

    code, said = verified(folder)
    assert (0, True) == (code, "4 entries, 0 with their words" in said), said
    assert "was erased" in (folder / "index.html").read_text("utf-8")
    assert NUMBER.search(everything_in(folder)) is None


def test_nothing_is_written_over_or_made_of_nothing(parts: ExportParts, tmp_path: Path) -> None:
    """A place that is taken and a case that is not there are refused, and leave nothing behind."""
    (tmp_path / "taken").mkdir()

    with pytest.raises(InputInvalidError, match="exists already"):
        export_foi(parts, Selection("case", CASE), tmp_path / "taken")
    with pytest.raises(NotFoundError, match="there is nothing"):
        export_foi(parts, Selection("case", "none"), tmp_path / "out")

    assert not (tmp_path / "out").exists()
    shutil.rmtree(tmp_path / "taken")


def test_an_export_is_itself_on_record() -> None:
    """The note says what was handed out, and whether parts were left out."""
    made = export_note(Selection("case", CASE), OFFICER, redacted=True)

    assert ("audit.exported", CASE, True) == (made.kind, made.case_id, made.facts["redacted"])
