"""Is this really the council: what is ours to the letter, what only looks like it, what is not."""

import pytest

from services.policy.account_lookup import Listed, looked_up, plain_form, seen_form

OURS = Listed(
    id="town",
    name="Mercatburgh Council",
    platform="our own platform",
    handle="mercatburgh",
    full_handle="@mercatburgh@social.mercatburgh.example",
    links=("https://social.mercatburgh.example/house/accounts/mercatburgh",),
)


@pytest.mark.parametrize(
    "asked",
    [
        "@mercatburgh@social.mercatburgh.example",
        "  @MercatBurgh@Social.Mercatburgh.example ",
        "mercatburgh@social.mercatburgh.example",
        "https://social.mercatburgh.example/house/accounts/mercatburgh",
        "http://social.mercatburgh.example/house/accounts/mercatburgh/",
        "social.mercatburgh.example/house/accounts/mercatburgh?from=post",
        "@mercatburgh",
        "MERCATBURGH",
    ],
)
def test_what_is_ours_is_known_however_it_is_written(asked: str) -> None:
    """Case, an @ before it, a scheme and a stroke behind it say nothing about whose it is."""
    found = looked_up(asked, [OURS])

    assert ("yes", "town") == (found.answer, found.account)


@pytest.mark.parametrize(
    "asked",
    [
        "mercatburg",
        "mercatburghh",
        "rnercatburgh",
        "mercatbu\u0433gh",
        "m\u0435rcatburgh",
        "mercat_burgh",
        "mercat-burgh",
        "mercatburgh\u200b",
        "\uff4dercatburgh",
        "@mercatburgh@social.mercatburg.example",
        "https://social.mercatburgh.example.evil.example/mercatburgh",
        "https://elsewhere.example/@mercatburgh",
        "mercatburgh@elsewhere.example",
    ],
)
def test_what_only_looks_like_ours_is_answered_no(asked: str) -> None:
    """A letter off, a look-alike letter, an unseen sign, or our name on another platform."""
    found = looked_up(asked, [OURS])

    assert "no" == found.answer
    assert "No. This one only looks like ours." in found.sentence


@pytest.mark.parametrize("asked", ["gardening_club", "https://elsewhere.example/birds", "a", "é"])
def test_what_nobody_here_knows_is_not_called_false(asked: str) -> None:
    """It may be anybody's: it is not on our list, and that is all that can be said."""
    assert "unknown" == looked_up(asked, [OURS]).answer


@pytest.mark.parametrize("asked", ["", "   ", "@", "https://", "/"])
def test_nothing_is_asked_for_again(asked: str) -> None:
    """Where nothing is left to look up, the sentence says what to do."""
    assert "Write the name" in looked_up(asked, [OURS]).sentence


def test_a_short_name_is_not_near_everything() -> None:
    """One letter off a name of three is another name."""
    short = Listed("gov", "Gov", "ours", "gov", "@gov@a.example", ("https://a.example/gov",))

    assert "unknown" == looked_up("gow", [short]).answer
    assert "yes" == looked_up("gov", [short]).answer


def test_what_is_as_long_as_a_book_is_cut() -> None:
    """A pasted page costs no more than a pasted link."""
    assert "unknown" == looked_up("x" * 1_000_000, [OURS]).answer


def test_a_form_is_bare_of_what_says_nothing() -> None:
    """Two ways to write one account are one form, and its looks are bare of signs."""
    assert "a.example/town" == plain_form("HTTPS://www.A.example/Town/#top")
    assert seen_form("mercatburgh") == seen_form("Mercat\u200b-Burgh".casefold())
