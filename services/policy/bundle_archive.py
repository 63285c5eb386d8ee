"""A bundle as OPA takes it: its files by place, and the archive of them that OPA fetches.

The archive of a bundle is the same to the last byte wherever and whenever it is made, so that its
revision may stand for it. Signed, it holds a statement of every file's digest, which OPA verifies.
"""

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from services.policy.bundle import Bundle

ROOTS: Final = ("mercat",)
MANIFEST: Final = ".manifest"
SIGNATURES: Final = ".signatures.json"
DATA: Final = "data.json"
ARCHIVE_TYPE: Final = "application/gzip"
FILE_MODE: Final = 0o644
COMPRESSION_LEVEL: Final = 9


def bundle_files(bundle: Bundle) -> Mapping[str, bytes]:
    """Return a bundle's files by their place: sources, data, and a manifest with the revision."""
    manifest = {"revision": bundle.revision, "roots": list(ROOTS), "rego_version": 1}
    return {
        **{place: source.encode() for place, source in bundle.modules.items()},
        DATA: _json(bundle.documents),
        MANIFEST: _json(manifest),
    }


def signed_files(bundle: Bundle, sign: Callable[[Mapping[str, Any]], str]) -> Mapping[str, bytes]:
    """Return a bundle's files with their signature; `sign` makes a token of claims."""
    files = bundle_files(bundle)
    claims = {
        "files": [
            {"name": place, "hash": sha256(content).hexdigest(), "algorithm": "SHA-256"}
            for place, content in sorted(files.items())
        ]
    }
    return {**files, SIGNATURES: _json({"signatures": [sign(claims)]})}


def bundle_archive(files: Mapping[str, bytes]) -> bytes:
    """Return files as a gzip-compressed tar, in order of place and without times."""
    content = io.BytesIO()
    with (
        gzip.GzipFile(
            filename="", mode="wb", fileobj=content, mtime=0, compresslevel=COMPRESSION_LEVEL
        ) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for place, file in sorted(files.items()):
            entry = tarfile.TarInfo(place)
            entry.size, entry.mode = len(file), FILE_MODE
            archive.addfile(entry, io.BytesIO(file))
    return content.getvalue()


def _json(value: object) -> bytes:
    """Return JSON as OPA writes what it has read, so that its digest of the one is of the other."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()
