"""Acts by the API: from a draft to consent, bound to what each person read."""

from typing import Any

import pytest

from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.fake_desk import PHONE_NUMBER

TEXT = "The crew comes back on Tuesday."


def drafted(mercat: FakeMercat, text: str = TEXT, login: str = "ann") -> dict[str, Any]:
    """Return a fresh draft."""
    answer = ask(mercat, login, "POST", "/acts", {"text": text, "case_id": "c1"})
    assert 201 == answer.status_code, answer.text
    act: dict[str, Any] = answer.json()
    return act


def held(mercat: FakeMercat, text: str = TEXT) -> dict[str, Any]:
    """Return an act that waits for consent."""
    act = drafted(mercat, text)
    path = f"/acts/{act['id']}/propose"
    proposed: dict[str, Any] = ask(mercat, "ann", "POST", path, version=1).json()
    return proposed


def test_a_draft_says_where_it_is_and_what_the_rules_advise() -> None:
    """Its address and version come back with it, so that the next step needs no look-up."""
    mercat = FakeMercat()

    answer = ask(mercat, "ann", "POST", "/acts", {"text": TEXT})

    act = answer.json()
    assert f"/api/v1/acts/{act['id']}" == answer.headers["location"]
    assert '"1"' == answer.headers["etag"]
    assert ("draft", "hold") == (act["state"], act["advice"]["decision"])


def test_an_act_is_shown_with_its_version() -> None:
    """The ETag is what a change has to name."""
    mercat = FakeMercat()
    act = held(mercat)

    answer = ask(mercat, "bob", "GET", f"/acts/{act['id']}")

    assert '"2"' == answer.headers["etag"]
    assert (TEXT, "held", "ann") == tuple(
        answer.json()[name] for name in ("text", "state", "author")
    )


def test_of_two_who_edit_one_act_the_second_is_told() -> None:
    """Both read version 1; what the first wrote stays, and the second reads it before going on."""
    mercat = FakeMercat()
    path = f"/acts/{drafted(mercat)['id']}"

    first = ask(mercat, "ann", "PUT", path, {"text": "First."}, version=1)
    second = ask(mercat, "ann", "PUT", path, {"text": "Second."}, version=1)

    assert (200, '"2"') == (first.status_code, first.headers["etag"])
    assert 412 == problem_of(second)[0]
    assert "First." == ask(mercat, "ann", "GET", path).json()["text"]


CHANGES = [
    ("PUT", "", {"text": "Other words."}),
    ("POST", "/propose", None),
    ("POST", "/approve", {"digest": "0" * 64}),
    ("POST", "/withdraw", {"why": "Not needed."}),
    ("POST", "/settle", {"outcome": "not-sent", "why": "Nothing is there."}),
]


@pytest.mark.parametrize(("method", "step", "body"), CHANGES)
def test_a_change_without_the_version_read_is_refused(method: str, step: str, body: Any) -> None:
    """Whoever changes an act says which wording they saw."""
    mercat = FakeMercat()
    path = f"/acts/{drafted(mercat)['id']}{step}"

    status, detail = problem_of(ask(mercat, "don", method, path, body))

    assert 428 == status
    assert "If-Match" in detail


@pytest.mark.parametrize(("method", "step", "body"), CHANGES)
def test_a_change_on_an_older_version_is_refused(method: str, step: str, body: Any) -> None:
    """What has moved on is read again before it is changed, whatever the change."""
    mercat = FakeMercat()
    path = f"/acts/{drafted(mercat, login='don')['id']}{step}"

    answer = ask(mercat, "bob" if step == "/approve" else "don", method, path, body, version=7)

    assert 412 == problem_of(answer)[0]


@pytest.mark.parametrize("etag", ["3", 'W/"3"', "*", '"3", "4"', '"three"', '"1234567890123456"'])
def test_a_version_that_is_none_of_ours_is_refused(etag: str) -> None:
    """One strong ETag as it was given: a star would write over whatever is there."""
    mercat = FakeMercat()
    headers = {"Authorization": "Bearer ann token", "If-Match": etag}

    answer = mercat.ask("POST", "/api/v1/acts/act-000/propose", headers=headers)

    assert 400 == problem_of(answer)[0]


def test_a_refused_act_says_why_and_what_would_cure_it() -> None:
    """The rule, its sentence, the cure and the source are all there."""
    mercat = FakeMercat()

    act = held(mercat, f"Ring {PHONE_NUMBER}.")

    (reason,) = act["reasons"]
    assert ("denied", "deny") == (act["state"], act["decision"])
    assert ("personal_data/phone", "Take the number out.", "Rule 2") == tuple(
        reason[name] for name in ("rule", "cure", "citation")
    )


def test_a_second_person_agrees_to_exactly_what_was_read() -> None:
    """The digest names it, and who agreed stands with the act."""
    mercat = FakeMercat()
    act = held(mercat)

    body = {"digest": act["digest"], "why": "Read it."}
    answer = ask(mercat, "bob", "POST", f"/acts/{act['id']}/approve", body, version=2)

    assert ("approved", '"3"') == (answer.json()["state"], answer.headers["etag"])
    assert ["bob"] == [each["approver"] for each in answer.json()["approvals"]]
    assert "Read it." == mercat.desk.asked[-1][1]["why"]


@pytest.mark.parametrize("login", ["ann", "aud", "operator"])
def test_who_may_not_approve_is_told_so(login: str) -> None:
    """Neither the author, nor an auditor, nor whoever has the machine agrees to an act."""
    mercat = FakeMercat()
    act = held(mercat)

    body = {"digest": act["digest"]}
    answer = ask(mercat, login, "POST", f"/acts/{act['id']}/approve", body, version=2)

    assert 403 == problem_of(answer)[0]


def test_an_act_is_withdrawn_with_a_reason() -> None:
    """The reason goes into the order, and with it into the audit."""
    mercat = FakeMercat()
    act = held(mercat)
    path = f"/acts/{act['id']}/withdraw"

    answer = ask(mercat, "ann", "POST", path, {"why": "It was wrong."}, version=2)

    assert "withdrawn" == answer.json()["state"]
    assert "It was wrong." == mercat.desk.asked[-1][1]["why"]


def test_a_person_settles_what_nobody_else_can_tell() -> None:
    """What they found out comes back as a sentence with the act."""
    mercat = FakeMercat()
    act = held(mercat)
    body = {"outcome": "not-sent", "why": "Nothing is there."}

    settled = ask(mercat, "don", "POST", f"/acts/{act['id']}/settle", body, version=2)
    refused = ask(mercat, "ann", "POST", f"/acts/{act['id']}/settle", body, version=2)

    assert "Put down as not-sent." == settled.json()["sentence"]
    assert 403 == problem_of(refused)[0]


def test_a_request_repeated_under_its_key_gets_the_first_answer() -> None:
    """A program that never saw the answer may ask again: the act is proposed once."""
    mercat = FakeMercat()
    path = f"/acts/{drafted(mercat)['id']}/propose"

    answers = [ask(mercat, "ann", "POST", path, version=1, key="k-1") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert ["draft", "propose"] == [verb for verb, _, _ in mercat.desk.asked]


def test_a_key_used_for_another_request_is_refused() -> None:
    """Nobody gets the answer to what they did not ask."""
    mercat = FakeMercat()
    ask(mercat, "ann", "POST", "/acts", {"text": "One."}, key="k-1")

    assert 422 == problem_of(ask(mercat, "ann", "POST", "/acts", {"text": "Two."}, key="k-1"))[0]


@pytest.mark.parametrize("key", ["", "k" * 101, "two words"])
def test_a_key_of_another_form_is_refused(key: str) -> None:
    """Keys are kept, so they are bounded."""
    answer = ask(FakeMercat(), "ann", "POST", "/acts", {"text": TEXT}, key=key)

    assert 400 == problem_of(answer)[0]


def test_advice_keeps_nothing() -> None:
    """A text is judged and there is no act."""
    mercat = FakeMercat()

    answer = ask(mercat, "bob", "POST", "/advice", {"text": PHONE_NUMBER})

    assert "deny" == answer.json()["verdict"]["decision"]
    assert {} == mercat.desk.kept


def pages(mercat: FakeMercat, login: str, path: str) -> list[list[dict[str, Any]]]:
    """Return every page of a list, by following `next`."""
    found = []
    link: str | None = path
    while link is not None:
        answer = ask(mercat, login, "GET", link.removeprefix("/api/v1"))
        assert 200 == answer.status_code, answer.text
        found.append(answer.json()["items"])
        link = answer.json()["next"]
    return found


def test_a_long_list_comes_page_by_page() -> None:
    """Following `next` shows each act once, in order."""
    mercat = FakeMercat()
    for number in range(5):
        drafted(mercat, f"Number {number}.")

    found = pages(mercat, "bob", "/acts?limit=2")

    assert [2, 2, 1] == [len(page) for page in found]
    assert [f"Number {number}." for number in range(5)] == [
        act["text"] for page in found for act in page
    ]


def test_a_page_that_just_fits_is_the_last() -> None:
    """No link leads to an empty page."""
    mercat = FakeMercat()
    for _ in range(2):
        drafted(mercat)

    assert [2] == [len(page) for page in pages(mercat, "bob", "/acts?limit=2")]


def test_a_list_of_one_state_and_one_case_leaves_nothing_out() -> None:
    """Both filters hold on every page, also where a page has none of that state."""
    mercat = FakeMercat()
    for number in range(4):
        held(mercat) if number == 3 else drafted(mercat)

    found = pages(mercat, "bob", "/acts?limit=2&state=held&case_id=c1")

    assert ["held"] == [act["state"] for page in found for act in page]


def test_a_cursor_of_another_list_is_refused() -> None:
    """Following a link with other filters would skip some and repeat others."""
    mercat = FakeMercat()
    for _ in range(3):
        drafted(mercat)
    link = ask(mercat, "bob", "GET", "/acts?limit=2").json()["next"].removeprefix("/api/v1")

    assert 400 == problem_of(ask(mercat, "bob", "GET", f"{link}&state=held"))[0]


def test_a_curator_sees_no_acts_but_their_own() -> None:
    """Who speaks for a week reads what they wrote, not what the house is about to say."""
    mercat = FakeMercat()
    other = drafted(mercat)
    own = drafted(mercat, login="cat")

    listed = ask(mercat, "cat", "GET", "/acts").json()["items"]

    assert [own["id"]] == [act["id"] for act in listed]
    assert 403 == problem_of(ask(mercat, "cat", "GET", f"/acts/{other['id']}"))[0]
    assert 200 == ask(mercat, "cat", "GET", f"/acts/{own['id']}").status_code
