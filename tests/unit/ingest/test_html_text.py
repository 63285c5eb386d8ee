"""HTML as feeds carry it, read as a person would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.html_text import HTML_LENGTH_MAX, html_to_text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Bins &amp; bags</p><p>Tuesday</p>", "Bins & bags\n\nTuesday"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("a <b>bold</b> <a href='https://x.example'>word</a>", "a bold word"),
        ("<script>alert('x')</script>seen<style>p{}</STYLE>", "seen"),
        ("<script>never closed", ""),
        ("before<!-- a <b>comment</b> -->after", "beforeafter"),
        ("<!DOCTYPE html><?xml version='1.0'?>text", "text"),
        ('<img src="x" alt="A pothole"> in Kirkgate', "A pothole in Kirkgate"),
        ("<img src=x>", ""),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("I <3 parks", "I <3 parks"),
        ("<td>a</td><td>b</td>", "a b"),
        ("many    spaces\n\n\n\nand lines", "many spaces and lines"),
        ("&lt;p&gt; &#8364; &eacute; &nbsp;!", "<p> € é !"),
        ("&#" + "9" * 5_000 + ";", "&#" + "9" * 5_000 + ";"),
        ("cut off <a href='x", "cut off <a href='x"),
        ("", ""),
    ],
)
def test_html_reads_as_plain_text(html: str, expected: str) -> None:
    """Blocks stand apart, markup and scripts go, what only looks like a tag stays."""
    assert expected == html_to_text(html)


@pytest.mark.parametrize(
    "hostile", ["<a ", "</a ", "<!", "<![", "<!--", "<a a='", "<", "&#", "alt='"]
)
def test_hostile_markup_is_read_once(hostile: str) -> None:
    """Half a megabyte of unclosed markup ends; a parser that looks back would not end today."""
    text = html_to_text(hostile * (HTML_LENGTH_MAX // len(hostile)))

    assert len(text) <= HTML_LENGTH_MAX


@given(st.text(st.sampled_from("<>!-/ ab&;#\"'=\n") | st.characters()))
def test_any_text_is_read(html: str) -> None:
    """No text is an error, and nothing is longer than it was."""
    assert len(html_to_text(html)) <= 2 * len(html) + 2
