"""Reads a body's terms for takeovers, from the Markdown file in its folder."""

from pathlib import Path
from typing import Final

from services.policy.takeover_terms import Terms, terms_of
from services.runtime.errors import NotFoundError

TERMS_NAME: Final = "takeover-terms.md"
TERMS_BYTES_MAX: Final = 65_536


class TermsFile:
    """The file of terms in a folder, read whenever it is asked for, so that a change holds."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / TERMS_NAME

    def __call__(self) -> Terms:
        """Return the terms. Raises NotFoundError where there are none that could be agreed to."""
        try:
            with self._path.open("rb") as file:
                written = file.read(TERMS_BYTES_MAX + 1)
            text = written.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotFoundError(
                f"There are no terms to agree to: write them into {TERMS_NAME} in the body's "
                "folder, as Markdown in UTF-8."
            ) from error
        if len(written) > TERMS_BYTES_MAX or not text.strip():
            raise NotFoundError(
                f"{TERMS_NAME} is empty or over {TERMS_BYTES_MAX // 1_024} KiB; write terms that "
                "somebody can read."
            )
        return terms_of(text)
