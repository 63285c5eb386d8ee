"""Writes a package of records: a folder, or one .zip of it."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.policy import file_verify_export
from services.policy.audit_checkpoints import checkpoint_of
from services.policy.audit_entries import chain_entries, entries_found, heads_of
from services.policy.audit_export import (
    Selection,
    Teller,
    Told,
    csv_text,
    header_line,
    plain_cell,
    proof_text,
)
from services.policy.audit_page import Page, RulesListed, page_html
from services.policy.configuration import OwnContacts
from services.policy.file_verify_export import EXPORT_PREFIX
from services.policy.redaction import THIRD_PARTY, Redaction, Redactor
from services.policy.rules_on_record import kept_rules
from services.runtime.audit_entry import Sealer
from services.runtime.clock import Clock
from services.runtime.effects import Key, Row
from services.runtime.errors import InputInvalidError, NotFoundError
from services.runtime.ports import Store

ENTRIES_MAX: Final = 100_000
POSTS_MAX: Final = 10_000
PAGE_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportParts:
    """What a package is made from."""

    store: Store
    sealer: Sealer
    signing_key: Ed25519PrivateKey
    clock: Clock
    body_name: str
    zone: str
    own: OwnContacts = field(default_factory=OwnContacts)


def export_foi(
    parts: ExportParts, selection: Selection, destination: Path, *, redact: bool = False
) -> Path:
    """Write a package of what a selection finds; return where it lies.

    Raises InputInvalidError where something is there already or there is too much for one package,
    NotFoundError where nothing is found.
    """
    return _write(parts, selection, destination, _posts_of(parts.store, selection), redact=redact)


def export_subject(
    parts: ExportParts, subject: str, source: str, author: str, destination: Path
) -> Path:
    """Write everything that is kept about one citizen: what they said, and what was recorded.

    `subject` is their name in the audit. Raises as `export_foi`.
    """
    posts = _paged(
        lambda after: parts.store.select(
            "audit_posts_of_author", (source, author, after, PAGE_ROWS)
        )
    )
    return _write(parts, Selection("subject", subject), destination, posts, redact=False)


def export_staff(parts: ExportParts, person_id: str, destination: Path) -> Path:
    """Write everything that is kept about one of the body's own people, and all that they did.

    Raises as `export_foi`.
    """
    return _write(parts, Selection("staff", person_id), destination, (), redact=False)


def _write(
    parts: ExportParts,
    selection: Selection,
    destination: Path,
    posts: Sequence[Row],
    *,
    redact: bool,
) -> Path:
    if destination.exists():
        raise InputInvalidError(f"{destination} exists already; name a new folder or file")
    redactor = Redactor(parts.own, _handles(posts)) if redact else None
    teller = Teller(parts.sealer, _logins(parts.store), redactor)
    entries = _entries(parts.store, selection, teller)
    if not entries and not posts:
        raise NotFoundError(f"{selection.sentence}: there is nothing.")
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".export-") as beside:
        folder = Path(beside) / destination.name.removesuffix(".zip")
        folder.mkdir(mode=0o700)
        _fill(folder, parts, selection, _redacted(posts, redactor), entries, redactor)
        if destination.suffix == ".zip":
            made = Path(shutil.make_archive(f"{folder}-packed", "zip", folder))
            made.chmod(0o600)
            made.replace(destination)
        else:
            folder.replace(destination)
    return destination


def _fill(
    folder: Path,
    parts: ExportParts,
    selection: Selection,
    posts: Sequence[Row],
    entries: Sequence[Told],
    redactor: Redactor | None,
) -> None:
    rows = parts.store.select("audit_checkpoint_last")
    heads = heads_of(parts.store)
    (folder / "entries.jsonl").write_text("".join(each.line() for each in entries), "utf-8")
    # A mark at the front, by which spreadsheets know UTF-8.
    (folder / "entries.csv").write_text(csv_text(entries), "utf-8-sig", newline="")
    revisions = list(dict.fromkeys(filter(None, map(_revision, entries))))
    policies = dict(_written_rules(folder, parts.store, revisions))
    left_out = list(redactor.log) if redactor else []
    page = Page(parts.body_name, parts.zone, selection.sentence, parts.clock.now())
    missing = [each for each in revisions if each not in policies]
    (folder / "index.html").write_text(
        page_html(page, posts, entries, policies, left_out, missing), "utf-8"
    )
    (folder / "redactions.csv").write_text(_redactions_csv(left_out), "utf-8-sig", newline="")
    chains = dict.fromkeys(each.entry.chain for each in entries)
    with (folder / "proof.jsonl").open("w", encoding="ascii") as file:
        for chain in chains:
            for entry in chain_entries(parts.store, chain):
                if entry.sequence > heads[chain].sequence:
                    break
                file.write(header_line(entry))
    shutil.copyfile(file_verify_export.__file__, folder / "verify.py")
    proof = proof_text(
        {chain: heads[chain] for chain in chains},
        checkpoint_of(rows[0]) if rows else None,
        parts.signing_key.public_key().public_bytes_raw(),
        _digests(folder),
        selection,
        page.made_at,
    )
    (folder / "proof.json").write_bytes(proof.encode("ascii"))
    signature = parts.signing_key.sign(EXPORT_PREFIX + proof.encode("ascii"))
    (folder / "proof.sig").write_text(signature.hex() + "\n", "ascii")


def _written_rules(
    folder: Path, store: Store, revisions: Iterable[str]
) -> Iterator[tuple[str, RulesListed]]:
    """Write the rules that each decision was made by, and yield what was written of each."""
    for revision in revisions:
        kept = kept_rules(store, revision)
        if kept is None:
            continue
        for path, text in kept.files.items():
            place = folder / "policy" / revision / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        yield revision, RulesListed(kept.numbers, tuple(kept.files))


def _entries(store: Store, selection: Selection, teller: Teller) -> list[Told]:
    found: dict[str, Told] = {}
    for query, sought in selection.searches:
        for entry in entries_found(store, query, sought, selection.from_ms):
            if entry.at_ms >= selection.until_ms:
                break
            if len(found) == ENTRIES_MAX:
                raise InputInvalidError(
                    f"over {ENTRIES_MAX:,} entries; ask for a shorter time, and for the rest "
                    "after it"
                )
            found.setdefault(entry.id, teller.tell(entry))
    return sorted(found.values(), key=lambda told: (told.entry.at_ms, told.entry.id))


def _posts_of(store: Store, selection: Selection) -> Sequence[Row]:
    return store.select("case_posts", (selection.value,)) if selection.kind == "case" else ()


def _paged(select: Callable[[str], Sequence[Row]]) -> list[Row]:
    rows: list[Row] = []
    while batch := select(str(rows[-1]["id"]) if rows else ""):
        rows.extend(batch)
        if len(rows) > POSTS_MAX:
            raise InputInvalidError(f"over {POSTS_MAX:,} posts are too much for one package")
    return rows


def _handles(posts: Iterable[Row]) -> dict[str, str]:
    authors = sorted({str(post["author"]) for post in posts if post["author"]})
    return {author: f"[person {number}]" for number, author in enumerate(authors, 1)}


def _redacted(posts: Sequence[Row], redactor: Redactor | None) -> Sequence[Row]:
    if redactor is None:
        return posts
    handles = _handles(posts)
    shown = []
    for post in posts:
        place = "post " + str(post["id"])
        if post["author"]:
            redactor.log.append(Redaction(place, "author", THIRD_PARTY))
        text = redactor.text(str(post["text"] or ""), place)
        shown.append({**post, "author": handles.get(str(post["author"])), "text": text})
    return shown


def _logins(store: Store) -> Callable[[str], str]:
    known: dict[str, str] = {}

    def login(person_id: str) -> str:
        if person_id not in known:
            key = Key("persons", person_id)
            row = store.fetch([key])[key]
            known[person_id] = str(row["login"]) if row else person_id
        return known[person_id]

    return login


def _revision(each: Told) -> str | None:
    revision = each.said.get("facts", {}).get("revision")
    return str(revision) if revision else None


def _redactions_csv(redactions: Iterable[Redaction]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(Redaction._fields)
    writer.writerows([plain_cell(cell) for cell in each] for each in redactions)
    return out.getvalue()


def _digests(folder: Path) -> dict[str, str]:
    return dict(_each_digest(folder))


def _each_digest(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            yield path.relative_to(folder).as_posix(), file_digest(file, "sha256").hexdigest()
