"""What one document says of another holds: links lead somewhere, pictures have words."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, anchors, documents, links, name_of, prose_lines

WEB = ("https://", "http://")
TICKED_PATH = re.compile(r"`((?:docs|schemas|services|tests|requirements|deploy|bench)/[\w./-]*)`")
MADE_LATER = frozenset({"schemas/released/", "bench/results.json"})
"""Made by the first release and by `make bench`, and named where that is explained."""


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A link within the project names a file that is there, and a heading that is in it."""
    astray = []
    for number, _, target, _ in links(document):
        path, _, anchor = target.partition("#")
        if target.startswith(WEB):
            continue
        led_to = (document.parent / path).resolve() if path else document
        if not led_to.exists() or (anchor and anchor not in anchors(led_to)):
            astray.append(f"{name_of(document)}:{number}: {target}")

    assert not astray, "\n".join(astray)


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_picture_is_told_in_words(document: Path) -> None:
    """Who cannot see a picture reads a sentence instead."""
    for _, text, target, is_picture in links(document):
        if is_picture:
            assert text.endswith("."), f"{target} has no sentence in its place"


def test_every_document_can_be_reached_from_the_first() -> None:
    """A reader who starts at README comes to each page of the docs folder."""
    first = next(document for document in documents() if document.name == "README.md")
    reached, waiting = {first}, [first]
    while waiting:
        document = waiting.pop()
        for _, _, target, _ in links(document):
            led_to = (document.parent / target.partition("#")[0]).resolve()
            pages = sorted(led_to.glob("*.md")) if led_to.is_dir() else [led_to]
            new = [page for page in pages if page.suffix == ".md" and page not in reached]
            reached.update(new)
            waiting.extend(page for page in new if page.exists())

    assert set(documents()) <= reached


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_path_that_is_named_is_there(document: Path) -> None:
    """A file or folder named in a sentence exists, or is one that comes later."""
    missing = [
        f"{name_of(document)}:{number}: {path}"
        for number, line in prose_lines(document)
        for path in TICKED_PATH.findall(line)
        if path not in MADE_LATER and not (ROOT / path).exists()
    ]

    assert not missing, "\n".join(missing)
