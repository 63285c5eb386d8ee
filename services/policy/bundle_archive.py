"""A bundle as OPA takes it: its files by place, and the archive of them that OPA fetches.

The archive of a bundle is the same to the last byte wherever and whenever it is made, so that its
revision may stand for it.
"""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Final

from services.policy.bundle import Bundle

ROOTS: Final = ("mercat",)
MANIFEST: Final = ".manifest"
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


def bundle_archive(bundle: Bundle) -> bytes:
    """Return a bundle's files as a gzip-compressed tar, in order of place and without times."""
    content = io.BytesIO()
    with (
        gzip.GzipFile(
            filename="", mode="wb", fileobj=content, mtime=0, compresslevel=COMPRESSION_LEVEL
        ) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for place, file in sorted(bundle_files(bundle).items()):
            entry = tarfile.TarInfo(place)
            entry.size, entry.mode = len(file), FILE_MODE
            archive.addfile(entry, io.BytesIO(file))
    return content.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
