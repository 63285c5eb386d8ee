"""Finding links, and telling whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.links import ascii_host, is_own, links_in
from services.reading.shadow import Shadow


def found(text: str) -> list[tuple[str, str]]:
    """Return each link of a text as it stands there, with its host."""
    shadow = Shadow(text)
    spans = [(shadow.span(link.start, link.end), link.host) for link in links_in(shadow)]
    return [(text[start:end], host) for (start, end), host in spans]


@pytest.mark.parametrize(
    ("link", "host", "text"),
    [
        ("https://council.example/bins", "council.example", "See https://council.example/bins."),
        ("HTTP://Council.Example", "council.example", "HTTP://Council.Example, or"),
        ("https://a.example/b_(c)", "a.example", "(https://a.example/b_(c))"),
        ("https://a.example:8080/x", "a.example", "https://a.example:8080/x"),
        ("https://council.example@evil.test/", "evil.test", "https://council.example@evil.test/"),
        ("https://evil.test\\@council.example", "evil.test", "https://evil.test\\@council.example"),
        ("https://[2001:db8::1]/x", "[2001:db8::1]", "https://[2001:db8::1]/x"),
        ("https://192.0.2.1/x", "192.0.2.1", "https://192.0.2.1/x"),
        ("bit.ly/x", "bit.ly", "Go to bit.ly/x!"),
        ("example.org", "example.org", "More on example.org."),
        ("www.example.me", "www.example.me", "www.example.me"),
        ("goo.do/it?x=1", "goo.do", "goo.do/it?x=1"),
        ("https://münchen.example/", "xn--mnchen-3ya.example", "https://münchen.example/"),
        ("ｂｉｔ．ｌｙ/x", "bit.ly", "ｂｉｔ．ｌｙ/x"),
        ("bit\u200b.ly/x", "bit.ly", "bit\u200b.ly/x"),
    ],
)
def test_a_link_is_found_with_its_host(link: str, host: str, text: str) -> None:
    """A link ends before the sentence's own marks, and its host is what a browser would ask."""
    assert [(link, host)] == found(text)


@pytest.mark.parametrize(
    "text",
    [
        "No link, e.g. this, i.e. none at 5 p.m. or 10.30am",
        "The bins were late.It will not happen again.We are sorry.So it is.",
        "lower case too.it happens",
        "Write to jo.bloggs@example.org",
        "Follow @council@social.example",
        "Open the file form.pdf",
        "£12.50, 3.5km, v1.2.3",
        "and so on...well",
    ],
)
def test_full_stops_alone_make_no_link(text: str) -> None:
    """Abbreviations, missing blanks, addresses and handles are no links."""
    assert [] == found(text)


def test_links_stand_in_order() -> None:
    """Full and bare links are told together, each once."""
    text = "a.example/1 https://b.example/c.example d.example"

    assert ["a.example", "b.example", "d.example"] == [host for _, host in found(text)]


@pytest.mark.parametrize("host", ["council.example", "www.council.example", "a.b.council.example"])
def test_what_lies_under_an_own_domain_is_own(host: str) -> None:
    """A domain stands for all its hosts."""
    assert is_own(host, ("Council.example.",))


@pytest.mark.parametrize(
    "host",
    ["notcouncil.example", "council.example.evil.test", "council", ascii_host("cоuncil.example")],
)
def test_what_only_resembles_an_own_domain_is_not_own(host: str) -> None:
    """Neither a longer name, nor another domain, nor look-alike letters pass."""
    assert not is_own(host, ("council.example",))


def test_a_letter_that_old_rules_fold_makes_another_host() -> None:
    """Browsers keep a sharp s, so its host is not the one with ss."""
    assert "xn--strae-oqa.example" == ascii_host("Straße.example")


@given(st.text(st.characters()))
def test_any_host_has_an_ascii_form(host: str) -> None:
    """Whatever stands where a host should, something comparable comes back."""
    assert ascii_host(host).isascii()


def test_a_user_before_the_host_is_told() -> None:
    """What stands before an @ is no host, however much it looks like one."""
    (disguised,) = links_in(Shadow("https://council.example@other.example/x"))
    (plain,) = links_in(Shadow("https://other.example/@council.example"))

    assert (True, "other.example") == (disguised.has_user, disguised.host)
    assert not plain.has_user


def test_a_full_stop_between_sentences_in_chinese_makes_no_link() -> None:
    """Without gaps between words, every sentence would be a host."""
    text = "\u661f\u671f\u5929\u56fe\u4e66\u9986\u5f00\u653e\u3002\u4e8c\u697c\u6709\u62a5\u7eb8"

    assert [] == found(text)
