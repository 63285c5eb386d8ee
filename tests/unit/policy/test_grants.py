"""What a grant is limited to, piece by piece, and which one an act goes out under."""

from typing import Any

import pytest

from services.policy.grant_hours import hours_of
from services.policy.grants import (
    LIMITS,
    Asked,
    grant_fact,
    has_quota,
    has_themes,
    limits_of,
    limits_said,
    origin_of,
)
from services.policy.orders import GiveGrant
from services.store.takeover_tables import GRANT_COLUMNS
from tests.unit.policy.samples import NOW_MS, grant

NIGHTS = '{"zone": "UTC", "weekly": [{"days": ["friday"], "since": "22:00", "until": "23:00"}]}'
EMPTY = {column.name: None for column in GRANT_COLUMNS}


def asked(**values: Any) -> Asked:
    """Return so much of an English reply about bins as grants are limited by."""
    return Asked(**({"kind": "reply", "theme": "bins", "language": "en"} | values))


def out_of(row: dict[str, Any], act: Asked) -> list[str]:
    """Return what an act is out of under one grant."""
    fact = grant_fact([row], act, NOW_MS)
    assert fact is not None
    assert fact["in_scope"] == (not fact["out_of"])
    return list(fact["out_of"])


@pytest.mark.parametrize("row", [grant(), grant(**EMPTY)])
@pytest.mark.parametrize(
    "act",
    [
        asked(),
        asked(theme=None, language=None),
        asked(kind="statement", theme="trees", language="gd"),
        asked(said_to_account=True, last_hour=1_999, last_day=2_000),
    ],
)
def test_a_grant_that_is_limited_by_nothing_is_as_it_was(row: dict[str, Any], act: Asked) -> None:
    """One from before limits were kept, and one whose limits are empty, let as much as ever."""
    fact = grant_fact([row], act, NOW_MS)

    assert fact is not None
    assert ([], True, "standing") == (fact["out_of"], fact["in_scope"], fact["origin"])


@pytest.mark.parametrize(
    ("limits", "act", "expected"),
    [
        ({"kinds": "statement"}, asked(), ["kind"]),
        ({"themes": "trees floods"}, asked(), ["theme"]),
        ({"themes": "trees bins"}, asked(), []),
        ({"themes": "trees"}, asked(theme=None), ["theme_unknown"]),
        ({"hours": NIGHTS}, asked(), ["hours"]),
        ({"languages": "gd sco"}, asked(), ["language"]),
        ({"languages": "en gd"}, asked(), []),
        ({"languages": "gd"}, asked(kind="hide", language=None), ["kind"]),
        ({"answers": "anyone"}, asked(), []),
        ({"answers": "nobody"}, asked(), ["answers"]),
        ({"answers": "nobody"}, asked(kind="statement"), []),
        ({"answers": "own-account"}, asked(), ["answers"]),
        ({"answers": "own-account"}, asked(said_to_account=True), []),
        ({"quota_hour": 3}, asked(last_hour=2), []),
        ({"quota_hour": 3}, asked(last_hour=3), ["quota_hour"]),
        ({"quota_day": 3}, asked(last_hour=3, last_day=3), ["quota_day"]),
        (
            {"quota_hour": 1, "quota_day": 1},
            asked(last_hour=1, last_day=2),
            ["quota_hour", "quota_day"],
        ),
    ],
)
def test_what_an_act_is_out_of_is_told_by_name(
    limits: dict[str, Any], act: Asked, expected: list[str]
) -> None:
    """Each limit by itself, and all of them that do not hold."""
    assert expected == out_of(grant(**limits), act)


def test_all_that_is_out_of_is_told_in_one_order() -> None:
    """So that one act has one list of facts, and it is bounded."""
    limits = {"themes": "trees", "hours": NIGHTS, "languages": "gd", "answers": "nobody"}
    narrow = grant(kinds="statement", quota_hour=1, quota_day=1, initials="KM", **limits)

    told = out_of(narrow, asked(text="Hello.", last_hour=1, last_day=1))

    assert [each for each in LIMITS if each != "theme_unknown"] == told


def test_a_grant_whose_theme_alone_is_not_known_comes_before_one_that_does_not_cover_it() -> None:
    """Somebody can still agree to it."""
    rows = [grant(id="other", kinds="statement"), grant(id="themed", themes="trees")]

    best = grant_fact(rows, asked(theme=None), NOW_MS)

    assert best is not None
    assert "themed" == best["id"]


@pytest.mark.parametrize(
    ("row", "themes", "quota"),
    [
        (grant(), False, False),
        (grant(**EMPTY), False, False),
        (grant(themes="bins"), True, False),
        (grant(quota_hour=2), False, True),
        (grant(quota_day=2), False, True),
    ],
)
def test_what_only_some_grants_ask_is_not_looked_for_elsewhere(
    row: dict[str, Any], *, themes: bool, quota: bool
) -> None:
    """A grant without themes or quotas costs no search."""
    assert (themes, quota) == (has_themes([row]), has_quota([row]))


def test_an_order_keeps_what_it_limits_and_nothing_else() -> None:
    """What limits nothing is as empty as in a row from before."""
    plain = GiveGrant(login="ines", account="town", why="their work")

    assert {"origin": "standing"} == {k: v for k, v in limits_of(plain, "UTC").items() if v}
    assert [] == list(limits_said(plain))


def test_an_order_with_every_limit_is_kept_whole_and_said_plainly() -> None:
    """In columns, and in words."""
    order = GiveGrant.model_validate(
        {
            "login": "ines",
            "account": "town",
            "why": "the night shift",
            "themes": ["services"],
            "hours": [{"days": ["friday"], "since": "22:00", "until": "06:00"}],
            "languages": ["gd", "en", "gd"],
            "answers": "own-account",
            "quota_hour": 4,
            "quota_day": 20,
            "initials": "IE",
            "origin": "rota",
        }
    )

    kept = limits_of(order, "Europe/London")

    hours = hours_of(str(kept["hours"]))
    assert hours is not None
    assert "Europe/London" == hours.zone
    assert ("rota", "en gd", "own-account", 4, 20, "IE") == tuple(
        kept[name]
        for name in ("origin", "languages", "answers", "quota_hour", "quota_day", "initials")
    )
    assert [
        "on services only",
        "friday from 22:00 to 06:00",
        "in en, gd only",
        "answering those who spoke to the account",
        "4 an hour at most",
        "20 a day at most",
    ] == list(limits_said(order))


def test_a_zone_of_its_own_tells_the_hours() -> None:
    """Whatever the body's is."""
    order = GiveGrant.model_validate(
        {
            "login": "ines",
            "account": "town",
            "why": "from abroad",
            "zone": "Australia/Sydney",
            "hours": [{"days": ["friday"], "since": "22:00", "until": "06:00"}],
        }
    )

    assert '"zone":"Australia/Sydney"' in str(limits_of(order, "Europe/London")["hours"])


def test_a_grant_says_how_it_came_about() -> None:
    """Standing, where nothing is kept."""
    origins = [origin_of(grant()), origin_of(grant(**EMPTY)), origin_of(grant(origin="rota"))]

    assert ["standing", "standing", "rota"] == origins
