"""Whose a link's host is: our own, listed, a shortener's, a look-alike, or anybody's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reading.form_lists import NO_FORM
from services.reading.hosts import HostKind, Hosts
from services.reading.links import Link, links_in
from services.reading.shadow import Shadow

OWN = ("mercatburgh.example", "www.mercatburgh.example", "bin.test")
LISTS = NO_FORM.model_copy(
    update={"hosts_trusted": ("gov.uk", "nhs.uk"), "hosts_shortening": ("bit.ly", "tinyurl.com")}
)
HOSTS = Hosts(LISTS, OWN)


def kind(text: str) -> HostKind:
    """Return whose the one host in a text is."""
    (link,) = links_in(Shadow(text))
    return HOSTS.kind(link)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://pay.mercatburgh.example/meals", HostKind.OWN),
        ("mercatburgh.example", HostKind.OWN),
        ("bin.test/day", HostKind.OWN),
        ("https://www.gov.uk/vote", HostKind.TRUSTED),
        ("111.wales.nhs.uk", HostKind.TRUSTED),
        ("https://bit.ly/3mErcBk", HostKind.SHORTENING),
        ("tinyurl.com/mb-grit", HostKind.SHORTENING),
        ("https://www.merkside-herald.example/news", HostKind.ELSEWHERE),
        ("harbourprints.example", HostKind.ELSEWHERE),
        ("http://203.0.113.25/planning", HostKind.ELSEWHERE),
        ("https://bins.test", HostKind.ELSEWHERE),
        ("https://uk.gov.example", HostKind.ELSEWHERE),
    ],
)
def test_a_host_is_told_by_the_domains_and_lists(text: str, expected: HostKind) -> None:
    """Whatever lies under a domain belongs to it, and nothing else does."""
    assert expected == kind(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://mercatburgh.co",
        "https://mercatburgh-pay.example/login",
        "https://pay-mercatburgh.example",
        "https://mercatburgh.example.badges-uk.example/renew",
        "https://mercatburgh-example.test",
        "https://mercatbugh.example",
        "https://mercatbrugh.example",
        "https://mercat-burgh.example",
        "https://mercatburqh.example",
        "https://rnercatburgh.example",
        "https://m3rcatburgh.example",
        "https://merc\u0430tburgh.example/school-meals",
        "https://m\u00e9rcatburgh.example",
        "https://xn--merctburgh-d4g.example",
        "https://mercatburgh.example@survey-desk.example/buses",
        "https://gov.uk.refund.example",
        "https://hmrc-gov-uk.example",
        "https://nhs.uk.example",
    ],
)
def test_a_host_that_passes_for_another_is_a_lookalike(text: str) -> None:
    """A letter off, another ending, another script, or the name before somebody else's."""
    assert HostKind.LOOKALIKE == kind(text)


def test_a_short_name_is_near_to_too_many() -> None:
    """Every third host would be a letter off a name of three."""
    assert ("mercatburgh",) == tuple(HOSTS.names)
    assert HostKind.ELSEWHERE == kind("https://tin.example")


@given(st.text(st.characters(), max_size=80))
def test_any_host_is_of_some_kind(host: str) -> None:
    """Nothing makes it raise, be it no host at all."""
    for said in (host, f"xn--{host}.example"):
        assert HOSTS.kind(Link(0, 1, said, "https")) in HostKind
