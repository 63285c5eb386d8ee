"""Names, sizes and docstrings: what a reader relies on to find the way."""

import pytest

from tests.architecture.shape import (
    FILE_LINES_MAX,
    FUNCTION_LINES_MAX,
    empty_names,
    oversizes,
    undocumented,
    wordless_tests,
)
from tests.architecture.sources import Source, python_sources, tracked_paths

OURS = python_sources("schemas", "services")
TESTS = python_sources("tests")
CODE = [*OURS, *TESTS, *python_sources("bench")]


def test_every_name_says_something() -> None:
    """No file or folder is a drawer for what has no place."""
    found = [sentence for path in tracked_paths() for sentence in empty_names(path)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "path",
    ["services/utils.py", "services/common/post.py", "tests/test_helpers.py", "a/file_manager.py"],
)
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    """A drawer is found as a folder, as a file and as a part of a name."""
    assert len(empty_names(path)) == 1


@pytest.mark.parametrize(
    "path", ["services/route/rules.py", "docs/score.md", "services/database.py"]
)
def test_a_name_that_holds_such_a_word_by_chance_passes(path: str) -> None:
    """Whole words count, not letters."""
    assert not empty_names(path)


def test_no_file_or_function_is_too_long() -> None:
    """Every file and function can be read in one go."""
    found = [sentence for source in CODE for sentence in oversizes(source)]

    assert not found, "\n".join(found)


def test_a_long_file_is_found() -> None:
    """One line over the limit is too many, the limit itself is not."""
    assert not oversizes(Source("long.py", "x = 1\n" * FILE_LINES_MAX))
    assert len(oversizes(Source("long.py", "x = 1\n" * (FILE_LINES_MAX + 1)))) == 1


@pytest.mark.parametrize("head", ["def f():\n", "async def f():\n"])
def test_a_long_function_is_found(head: str) -> None:
    """Functions are counted from their first line to their last, wherever they stand."""
    fits = head + "    x = 1\n" * (FUNCTION_LINES_MAX - 1)

    assert not oversizes(Source("long.py", fits))
    assert len(oversizes(Source("long.py", fits + "    x = 1\n"))) == 1


def test_what_is_public_is_documented() -> None:
    """Every module, public class and public function of ours says what it is for."""
    found = [sentence for source in OURS for sentence in undocumented(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("x = 1\n", "the module"),
        ('"""M."""\ndef f(): ...\n', "f has"),
        ('"""M."""\nclass C: ...\n', "C has"),
        ('"""M."""\nclass C:\n    """C."""\n    async def m(self): ...\n', "m has"),
    ],
)
def test_a_missing_docstring_is_found(text: str, missing: str) -> None:
    """A module, function, class or method without a docstring is named."""
    (sentence,) = undocumented(Source("bare.py", text))

    assert missing in sentence


def test_what_is_private_may_go_without_a_docstring() -> None:
    """Private functions and private methods are their owner's affair."""
    text = '"""M."""\ndef _f(): ...\nclass C:\n    """C."""\n    def _m(self): ...\n'

    assert not undocumented(Source("private.py", text))


def test_every_test_says_in_a_sentence_what_holds() -> None:
    """Whoever sees a test fail reads one sentence on what should have been."""
    found = [sentence for source in TESTS for sentence in wordless_tests(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "docstring",
    ["", '"""No full stop"""', '"""One. Two."""', '"""One\n\n    two.\n    """'],
)
def test_a_test_without_a_sentence_is_found(docstring: str) -> None:
    """No docstring, half a sentence and two sentences are all told."""
    text = f"class TestIt:\n  def test_it():\n    {docstring}\n    pass\n"

    assert len(wordless_tests(Source("test_it.py", text))) == 1


def test_a_test_with_a_sentence_passes() -> None:
    """A sentence may be broken over lines and may hold a figure with a point."""
    text = 'def test_it():\n    """Half of 5.5 seconds pass,\n    and it is done."""\n'

    assert not wordless_tests(Source("test_it.py", text))
