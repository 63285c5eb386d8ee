"""People, leave, halts and the audit by the API."""

from typing import Any

import pytest

from services.runtime.effects import Key
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat

WHY = {"why": "So it was agreed."}
PERSON = {
    "login": "eve",
    "name": "Eve Example",
    "address": "eve@council.example",
    "roles": ["approver"],
}


def test_people_are_listed_with_roles_grants_and_tokens() -> None:
    """Lists are lists and moments are moments; no token is among it."""
    answer = ask(FakeMercat(), "gil", "GET", "/people")

    ann = next(person for person in answer.json()["items"] if person["login"] == "ann")
    assert ["team-member"] == ann["roles"]
    assert ["pin", "reply"] == ann["grants"][0]["kinds"]
    assert "2026-03-02T09:00:00Z" == ann["grants"][0]["starts_at"]
    assert "2026-03-02T09:00:00Z" == ann["grants"][0]["certify_by"]
    assert "ann token" not in answer.text


def test_a_person_is_added_and_found_at_their_address() -> None:
    """The answer says where they are shown."""
    answer = ask(FakeMercat(), "gil", "POST", "/people", PERSON)

    assert (201, "/api/v1/people/eve") == (answer.status_code, answer.headers["location"])


def test_of_two_who_change_one_person_the_second_is_told() -> None:
    """Roles are written on the version that was read, as acts are."""
    mercat = FakeMercat()
    etag = ask(mercat, "gil", "GET", "/people/ann").headers["etag"]
    body = {"roles": ["auditor"], **WHY}

    good = ask(mercat, "gil", "PATCH", "/people/ann", body, version=int(etag.strip('"')))
    stale = ask(mercat, "gil", "PATCH", "/people/ann", body, version=9)
    unnamed = ask(mercat, "gil", "PATCH", "/people/ann", body)

    assert [200, 412, 428] == [good.status_code, problem_of(stale)[0], problem_of(unnamed)[0]]


STEPS: list[tuple[str, str, Any, int]] = [
    ("POST", "/people/ann/leave", WHY, 200),
    ("POST", "/people/ann/tokens", {"label": "laptop", "days": 30}, 201),
    ("POST", "/tokens/t1/revoke", WHY, 200),
    ("POST", "/grants", {"login": "ann", "account": "town", **WHY}, 201),
    ("POST", "/grants/g1/end", WHY, 200),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), STEPS)
@pytest.mark.parametrize("login", ["gil", "operator"])
def test_governance_and_the_operator_look_after_people(
    login: str, method: str, path: str, body: Any, status: int
) -> None:
    """Each step is answered by what was done."""
    answer = ask(FakeMercat(), login, method, path, body)

    assert status == answer.status_code, answer.text
    assert answer.json()["sentence"]


@pytest.mark.parametrize(("method", "path", "body", "status"), STEPS)
def test_nobody_else_looks_after_people(method: str, path: str, body: Any, status: int) -> None:
    """A team member gives nobody leave, least of all themselves."""
    del status

    assert 403 == problem_of(ask(FakeMercat(), "ann", method, path, body))[0]


def test_a_token_is_shown_with_its_end() -> None:
    """The one time that it is shown, when it ends stands beside it."""
    told = ask(FakeMercat(), "gil", "POST", "/people/ann/tokens", {}).json()

    assert ("mercat_once", "2026-03-02T09:00:00Z") == (told["token"], told["expires_at"])


def test_one_halts_and_two_release() -> None:
    """Any of the staff stops; the release is asked for by one and given by another."""
    mercat = FakeMercat()
    placed = ask(mercat, "ann", "POST", "/halts", {"kind": "account", "name": "town", **WHY})
    path = "/halts/account/town/release"

    states = []
    for login in ("gil", "gil", "don"):
        assert 200 == ask(mercat, login, "POST", path, WHY).status_code
        states.append(ask(mercat, "cat", "GET", "/halts").json()["items"][0]["state"])

    assert 201 == placed.status_code
    assert ["halted", "halted", "released"] == states
    assert 403 == problem_of(ask(mercat, "ann", "POST", path, WHY))[0]


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("rule", "content/length", "/halts/rule/content/length/release"),
        ("rule", "content/length", "/halts/rule/content%2Flength/release"),
        ("everything", "", "/halts/everything/-/release"),
        ("theme", "missed bins", "/halts/theme/missed%20bins/release"),
    ],
)
def test_a_halt_is_released_by_the_name_it_has(kind: str, name: str, path: str) -> None:
    """A rule's name has a stroke in it, and everything has no name."""
    mercat = FakeMercat()
    ask(mercat, "ann", "POST", "/halts", {"kind": kind, "name": name, **WHY})

    answer = ask(mercat, "gil", "POST", path, WHY)

    assert (kind, name) == (answer.json()["kind"], answer.json()["name"])


def test_halts_name_people_by_their_login() -> None:
    """Rows hold ids; people read logins."""
    mercat = FakeMercat()
    mercat.store.rows[Key("persons", "4711")] = {"login": "ann"}
    mercat.desk.placed["account", "town"] = {
        "kind": "account",
        "name": "town",
        "state": "halted",
        "halted_by": "4711",
        "release_asked_by": "unknown",
    }

    (item,) = ask(mercat, "ann", "GET", "/halts").json()["items"]

    assert ("ann", "unknown", None) == tuple(
        item[name] for name in ("halted_by", "release_asked_by", "released_by")
    )


def test_the_audit_comes_page_by_page() -> None:
    """Following `next` shows every entry once."""
    mercat = FakeMercat()
    found: list[str] = []
    link: str | None = "/api/v1/audit/entries?limit=2&case_id=c1"
    while link is not None:
        page = ask(mercat, "aud", "GET", link.removeprefix("/api/v1")).json()
        found += [entry["id"] for entry in page["items"]]
        link = page["next"]

    assert [f"house:{number:012}" for number in range(1, 6)] == found


def test_the_audit_says_whether_it_verifies() -> None:
    """In a sentence, and as a value for programs."""
    told = ask(FakeMercat(), "aud", "GET", "/audit/verify").json()

    assert (True, 5, "All 5 entries verify.") == (
        told["sound"],
        told["entries"],
        told["sentence"],
    )


def test_a_package_is_handed_out_as_a_file() -> None:
    """What was asked for reaches the audit, and bytes come back."""
    mercat = FakeMercat()

    answer = ask(mercat, "aud", "POST", "/audit/exports", {"case_id": "c1", **WHY})

    assert (b"PK package", "application/zip") == (answer.content, answer.headers["content-type"])
    assert "attachment" in answer.headers["content-disposition"]
    (wanted,) = mercat.audit.exported
    assert ("c1", None, WHY["why"]) == (wanted["case_id"], wanted["since"], wanted["why"])


@pytest.mark.parametrize("login", ["ann", "bob", "cat"])
def test_a_package_is_not_for_everybody(login: str) -> None:
    """Whoever writes or approves does not hand out the record."""
    answer = ask(FakeMercat(), login, "POST", "/audit/exports", {"case_id": "c1", **WHY})

    assert 403 == problem_of(answer)[0]
