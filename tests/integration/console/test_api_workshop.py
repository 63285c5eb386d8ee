"""Trying rules by the API: what is asked of the workshop, who may, and how much may be sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import pytest

from services.console.app import create_app
from services.runtime.errors import NotFoundError, RetryLaterError
from tests.integration.console.api_calls import ask, problem_of
from tests.integration.console.console_parts import FakeMercat, without

FILES = {"data/contacts.yaml": "x: 1"}
REPORT = {"sound": False, "rules": 3, "tests": 9, "objections": 2, "faults": ["a: is wrong."]}


class FakeWorkshop:
    """Writes down what was asked of it; is busy or knows nothing where it is told so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.busy = False

    def report(self, files: Mapping[str, str], what: Literal["check", "test"]) -> Mapping[str, Any]:
        """Return a report with a fault."""
        self.asked.append((what, dict(files)))
        return REPORT

    def difference(self, files: Mapping[str, str]) -> Mapping[str, Any]:
        """Return that one rule is new."""
        self.asked.append(("difference", dict(files)))
        return {"added": ["content/emoji"]}

    def template(self, rule: str) -> Mapping[str, str]:
        """Return one file."""
        return {f"{rule}.rego": "package x"}

    def begin(self, files: Mapping[str, str], since: str, person_id: str) -> Mapping[str, Any]:
        """Begin, unless another is under way."""
        if self.busy:
            raise RetryLaterError("Rules are rehearsed just now.")
        self.asked.append((since, person_id))
        return self.rehearsal("r1", person_id) if files else {}

    def rehearsal(self, rehearsal_id: str, person_id: str) -> Mapping[str, Any]:
        """Return the one that there is."""
        if rehearsal_id != "r1":
            raise NotFoundError("There is no rehearsal of yours by this id.")
        told = {"id": "r1", "state": "running", "done": 1, "whole": 2, "sentence": person_id}
        return {**told, "lines": [], "rehearsal": {}}


@pytest.fixture
def workshop() -> FakeWorkshop:
    """A workshop that nobody asked yet."""
    return FakeWorkshop()


@pytest.fixture
def mercat(workshop: FakeWorkshop) -> FakeMercat:
    """A Mercat with that workshop."""
    made = FakeMercat()
    made.parts = replace(made.parts, workshop=workshop)
    made.app = create_app(made.parts)
    return made


@pytest.mark.parametrize("what", ["check", "test"])
def test_rules_are_looked_at(mercat: FakeMercat, workshop: FakeWorkshop, what: str) -> None:
    """The report comes as it is; that rules have faults is no fault of the request."""
    answer = ask(mercat, "gil", "POST", f"/rules/{what}", {"files": FILES})

    assert (200, REPORT, [(what, FILES)]) == (answer.status_code, answer.json(), workshop.asked)


def test_rules_are_compared_and_begun(mercat: FakeMercat) -> None:
    """What is new, and the files of a rule to be written."""
    compared = ask(mercat, "gil", "POST", "/rules/difference", {"files": FILES}).json()
    begun = ask(mercat, "gil", "POST", "/rules/template", {"rule": "content/our_bins"}).json()

    assert {"added": ["content/emoji"]} == compared["difference"]
    assert {"content/our_bins.rego": "package x"} == begun["files"]


def test_a_rehearsal_is_begun_and_asked_for_by_its_place(
    mercat: FakeMercat, workshop: FakeWorkshop
) -> None:
    """Of the last thirty days unless another time is named."""
    begun = ask(mercat, "gil", "POST", "/rules/rehearsals", {"files": FILES})
    ask(mercat, "gil", "POST", "/rules/rehearsals", {"files": FILES, "since": "12h"})
    place = begun.headers["location"].removeprefix("/api/v1")

    assert (202, ["30d", "12h"]) == (begun.status_code, [since for since, _ in workshop.asked])
    shown = ask(mercat, "gil", "GET", place).json()
    assert (1, 2) == (shown["done"], shown["whole"])
    assert 404 == problem_of(ask(mercat, "gil", "GET", "/rules/rehearsals/r2"))[0]


def test_while_another_is_under_way_one_is_told_to_wait(
    mercat: FakeMercat, workshop: FakeWorkshop
) -> None:
    """With the time after which to ask again."""
    workshop.busy = True

    answer = ask(mercat, "gil", "POST", "/rules/rehearsals", {"files": FILES})

    assert (503, True) == (problem_of(answer)[0], "retry-after" in answer.headers)


@pytest.mark.parametrize("path", ["check", "test", "difference", "template", "rehearsals"])
def test_a_writer_tries_no_rules(mercat: FakeMercat, path: str) -> None:
    """Rules tell how to get round them, and a rehearsal shows other people's words."""
    body = {"rule": "content/our_bins"} if path == "template" else {"files": FILES}

    assert 403 == problem_of(ask(mercat, "ann", "POST", f"/rules/{path}", body))[0]


def test_a_whole_set_of_rules_may_be_sent(mercat: FakeMercat) -> None:
    """It is longer than what else the API takes."""
    files = {f"content/r{number}/r.rego": "#" * 20_000 for number in range(30)}

    assert 200 == ask(mercat, "gil", "POST", "/rules/check", {"files": files}).status_code


def test_where_nobody_speaks_no_rules_are_tried() -> None:
    """A Mercat that only listens says so."""
    answer = ask(without("workshop"), "gil", "POST", "/rules/check", {"files": FILES})

    assert (503, True) == (problem_of(answer)[0], "only listens" in problem_of(answer)[1])
