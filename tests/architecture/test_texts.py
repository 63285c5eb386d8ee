"""Texts and locks: fit for any machine, finished, and checked by hash."""

import pytest

from tests.architecture.sources import ROOT, Source, text_sources
from tests.architecture.texts import lock_faults, places_named, unfinished

TEXTS = text_sources()
LOCKS = [source for source in TEXTS if source.path.startswith("requirements/")]
HASH = "--hash=sha256:" + "0" * 64


def test_no_text_names_a_machine_or_a_registry() -> None:
    """What is in the repository means the same wherever it is checked out."""
    found = [sentence for source in TEXTS for sentence in places_named(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "cd /wo" + "rk/main",
        'open("/ro' + 'ot/.config")',
        "in `/t" + "mp`",
        "see /t" + "mp.\n",
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/a.whl",
        "pip install --index" + "-url X",
        '"resolved": "ht' + 'tps://registry.example/a.tgz"',
    ],
)
def test_a_place_is_found(line: str) -> None:
    """Folders of a machine and registries are told with file and line."""
    (sentence,) = places_named(Source("notes.md", f"First.\n{line}"))

    assert sentence.startswith("notes.md:2: names")


@pytest.mark.parametrize(
    "line",
    ["the road/work team", "https://mercatburgh.example/work/", "/rooted", "~/work", "a / b"],
)
def test_a_text_that_only_looks_like_a_place_passes(line: str) -> None:
    """Words with a stroke between them and addresses of the town are no folders."""
    assert not places_named(Source("notes.md", line))


def test_no_work_is_left_unfinished() -> None:
    """Code and prose carry no marks for later."""
    found = [sentence for source in TEXTS for sentence in unfinished(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("mark", ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"])
@pytest.mark.parametrize("path", ["services/a.py", "README.md", "Makefile", "rules/a.rego"])
def test_a_mark_is_found(path: str, mark: str) -> None:
    """Each mark is told with file and line, in code and in prose."""
    (sentence,) = unfinished(Source(path, f"first\n# {mark}: later\n"))

    assert sentence.startswith(f"{path}:2:")


def test_an_empty_body_is_found_in_code_alone() -> None:
    """Code that refuses to answer is unfinished; a page that shows some is not, nor a handler."""
    text = "ra" + "ise NotImplementedError\n"

    assert len(unfinished(Source("services/a.py", text))) == 1
    assert not unfinished(Source("docs/a.md", text))
    assert not unfinished(Source("services/a.py", "except NotImplementedError:\n"))


def test_what_people_say_is_no_mark() -> None:
    """A post in Spanish may shout about everything."""
    assert not unfinished(Source("services/town/texts/a.jsonl", "TO" + "DO EL DÍA"))


def test_the_locks_are_complete() -> None:
    """Each package stands at one version with hashes, and no lock says where to fetch it."""
    found = [sentence for source in LOCKS for sentence in lock_faults(source)]

    assert {"requirements/run.lock", "requirements/dev.lock"} <= {lock.path for lock in LOCKS}
    assert (ROOT / "requirements/run.lock").stat().st_size > 0
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("numpy==2.4.0\n    # via mercat\n", "has no hash"),
        (f"numpy>=2 {HASH}\n", "is not a package at one version"),
        (f"--find-links x\nnumpy==2.4.0 \\\n    {HASH}\n", "is not a package at one version"),
        (f"# from https://mirror.example\nnumpy==2.4.0 {HASH}\n", "holds an address"),
        ("numpy==2.4.0 --hash=sha256:abc\n", "has no hash"),
    ],
)
def test_a_fault_in_a_lock_is_found(text: str, fault: str) -> None:
    """A package without hash or version, and any address, are told."""
    (sentence,) = lock_faults(Source("requirements/run.lock", text))

    assert fault in sentence


def test_a_sound_lock_passes() -> None:
    """Hashes over several lines, extras, markers and remarks are as they should be."""
    text = (
        f"# made by a tool\nnumpy==2.4.0 \\\n    {HASH} \\\n    {HASH}\n    # via mercat\n"
        f'psycopg[binary]==3.2.1 ; python_version < "3.13" \\\n    {HASH}\n'
    )

    assert not lock_faults(Source("requirements/run.lock", text))
