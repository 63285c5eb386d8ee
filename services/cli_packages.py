"""Asks for a package of records and puts it where it was asked for, readable by its owner alone."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from services.cli_api import Api
from services.runtime.errors import RejectError

PACKAGE_SECONDS_MAX: Final = 600.0
ZIP: Final = ".zip"
PAGE: Final = "index.html"

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="A new folder, or a new file that ends in .zip; what is there already stays.",
)


def save_package(api: Api, wanted: Mapping[str, Any], out: Path) -> Mapping[str, Any]:
    """Ask for a package and write it; return what to say. Raises RejectError for a place taken."""
    if out.exists():
        raise RejectError(f"{out} is there already; name another place")
    content = api.ask("POST", "/audit/exports", wanted, seconds_max=PACKAGE_SECONDS_MAX).content
    if out.suffix == ZIP:
        out.touch(mode=0o600)
        out.write_bytes(content)
        sentence = f"Written to {out}: unpack it and open {PAGE}."
    else:
        out.mkdir(mode=0o700, parents=True)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            package.extractall(out)
        sentence = f"Written to {out}: open {out / PAGE} in a browser."
    return {"sentence": sentence, "bytes": len(content), "place": str(out)}
