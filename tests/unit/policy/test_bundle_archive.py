"""The archive of a bundle: what is in it, and that it is the same whenever it is made."""

import gzip
import io
import json
import tarfile
from hashlib import sha256

from services.policy.bundle import Bundle, bundle_of
from services.policy.bundle_archive import bundle_archive, bundle_files, signed_files
from services.policy.eddsa_token import token_claims
from tests.rules_keys import RULES_KEY

GATE = "package mercat.gate\n"
RULE = "package mercat.rules.content.length\n"


def a_bundle(limit: int = 500) -> Bundle:
    """Return a small bundle."""
    modules = {"gate/gate.rego": GATE, "content/length/length.rego": RULE}
    return bundle_of(modules, {"lengths": {"limit": limit, "word": "é"}})


def members(archive: bytes) -> dict[str, bytes]:
    """Return an archive's files by name."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as read:
        return {each.name: read.extractfile(each).read() for each in read}  # type: ignore[union-attr] # all are files


def test_an_archive_holds_every_file_of_its_bundle() -> None:
    """Sources lie at their places, and data and manifest at the top."""
    bundle = a_bundle()

    held = members(bundle_archive(bundle_files(bundle)))

    assert dict(bundle_files(bundle)) == held
    assert GATE.encode() == held["gate/gate.rego"]
    assert bundle.documents == json.loads(held["data.json"])


def test_the_manifest_names_the_revision_and_no_root_but_ours() -> None:
    """OPA takes the revision from it, and keeps anything outside our root to itself."""
    bundle = a_bundle()

    manifest = json.loads(bundle_files(bundle)[".manifest"])

    assert {"revision": bundle.revision, "roots": ["mercat"], "rego_version": 1} == manifest


def test_the_same_bundle_gives_the_same_bytes() -> None:
    """Neither the order of sources nor the hour shows in an archive."""
    one = a_bundle()
    other = Bundle(one.revision, one.manifest, dict(reversed(list(one.modules.items()))), one.data)

    archive = bundle_archive(bundle_files(one))

    assert archive == bundle_archive(bundle_files(other))
    assert bytes(4) == archive[4:8], "the time in the header"
    assert b"\0" * 4 == gzip.decompress(archive)[-4:]


def test_another_bundle_gives_other_bytes() -> None:
    """A change of data alone is a change of the archive."""
    one, other = (bundle_archive(bundle_files(a_bundle(limit))) for limit in (500, 501))

    assert one != other


def test_the_signature_names_every_file_by_its_digest() -> None:
    """OPA compares each file it unpacked with what was signed, and takes none beside."""
    files = signed_files(a_bundle(), RULES_KEY.sign)

    (token,) = json.loads(files[".signatures.json"])["signatures"]

    claims = token_claims(token, RULES_KEY.private.public_key(), RULES_KEY.key_id)
    named = {each["name"]: each["hash"] for each in claims["files"]}
    assert {
        place: sha256(content).hexdigest()
        for place, content in files.items()
        if place != ".signatures.json"
    } == named
