"""A running town counts what happens in it: each thing once, once it is on record."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from services.house.sqlite_house import open_house
from services.house.threads import HouseAct
from services.runtime.metric import OTHER, Metric
from services.runtime.metric_catalogue import CATALOGUE
from services.runtime.system_clock import SystemClock
from tests.fakes import wait_until
from tests.folders import REPLAY, make_folder
from tests.mail_server import MailServer
from tests.mercat_process import Ended, Running, call, environment

SETTINGS: Final = """\
accounts:
  - {id: council, platform: house, name: Test Council, handle: council, source: house}
speaking:
  timeline_seconds: 1
bells:
  address: https://mercat.council.example
  smtp: {host: 127.0.0.1, port: PORT, security: none, sender: mercat@council.example}
"""
PEOPLE: Final = (("ann", "team-member"), ("bob", "approver"))
ROUTED_COUNT: Final = 7
"""Five of the replay, an edit among them, and two of the house platform."""
WORDS: Final = "The crew comes on Tuesday."
PHONE: Final = "Ring our officer on 07700 900123."
SERIES_MAX: Final = 3_000

Sample = tuple[str, frozenset[tuple[str, str]]]


def sample(name: str, **labels: str) -> Sample:
    """Return what names one series."""
    return f"mercat_{name}", frozenset(labels.items())


class CountedTown:
    """A town that runs in a process of its own, asked over HTTP what it counted."""

    def __init__(self, place: Path, server: MailServer) -> None:
        sources = (REPLAY, "{kind: house, name: house}")
        self.folder = make_folder(place / "body", sources=sources)
        self.server = server
        self.env = environment(place / "keys")
        self.address = ""
        with (self.folder / "mercat.yaml").open("a", encoding="utf-8") as file:
            file.write(SETTINGS.replace("PORT", str(server.port)))
        self._house = open_house(self.folder, SystemClock())
        for login in ("eve", "finn"):
            self._house.welcome(login, login.title())
            asked = HouseAct("statement", text=f"When is {login}'s bin emptied?", language="en")
            self._house.carry_out(login, asked)

    def verb(self, *words: str) -> Ended:
        """Give a command."""
        return call(*words, "--folder", self.folder, env=self.env)

    def told(self, *words: str) -> Any:
        """Return what a command says as JSON."""
        ended = self.verb(*words, "--json")
        assert ended.out, ended.err
        return json.loads(ended.out)

    def set_to_work(self) -> None:
        """Let ann answer, and bob consent."""
        for login, role in PEOPLE:
            address = ("--address", f"{login}@council.example")
            self.verb("people", "add", login, "--name", login.title(), *address, "--role", role)
            self.verb("people", "token", login, "--save")
        self.verb("people", "grant", "ann", "council", "--kind", "reply", "--why", "She answers.")

    def answer(self) -> None:
        """Ask about bad words, propose them, propose good ones, and have them agreed to."""
        (case_id, _) = (
            case["id"] for case in self.told("inbox", "waste") if case["source"] == "house"
        )
        answering = ("--kind", "reply", "--case", case_id, "--text", PHONE)
        self.verb("advise", *answering, "--as", "ann")
        self.verb("reply", case_id, "--text", PHONE, "--as", "ann")
        act = self.told("reply", case_id, "--text", WORDS, "--as", "ann")
        self.verb("approve", act["id"], "--digest", act["digest"], "--as", "bob")

    def hijack(self) -> None:
        """Take the account over on the platform, and say something nobody here agreed to."""
        token = self._house.enrol("council", "Test Council")
        stolen = HouseAct("statement", text="Free coins for everybody.", language="en")
        self._house.carry_out("council", stolen, token)

    def text(self, accept: str = "text/plain") -> str:
        """Return what a scraper is given."""
        headers = {"accept": accept}
        return httpx.get(f"{self.address}/metrics", headers=headers, trust_env=False).text

    def counted(self) -> Mapping[Sample, float]:
        """Return every series of Mercat's own with its value."""
        return {
            (each.name, frozenset(each.labels.items())): each.value
            for family in text_string_to_metric_families(self.text())
            for each in family.samples
            if each.name.startswith("mercat_")
        }

    def until(self, holds: Callable[[Mapping[Sample, float]], bool]) -> None:
        """Wait until what is counted holds."""
        wait_until(lambda: holds(self.counted()))

    def close(self) -> None:
        """Let go of the platform."""
        self._house.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountedTown]:
    """A town where posts were heard, one was answered, and its account was then hijacked."""
    server = MailServer()
    server.start()
    made = CountedTown(tmp_path_factory.mktemp("counted"), server)
    team_posts = sample("route_team_posts_total", team="waste")
    with Running(made.folder, env=made.env) as running:
        made.address = running.address
        made.until(lambda counted: counted.get(team_posts, 0) == 4)
        made.set_to_work()
        made.answer()
        made.until(lambda counted: counted.get(ANSWERED_IN_TIME) == 1)
        made.hijack()
        made.until(lambda counted: bool(counted[ROGUE]))
        made.until(lambda counted: counted.get(RUNG) == len(server.mails))
        yield made
    made.close()
    server.stop()


ANSWERED_IN_TIME: Final = sample("route_case_answers_total", team="waste", in_time="yes")
ROGUE: Final = sample("policy_rogue_acts_total")
RUNG: Final = sample("bell_messages_total", ringer="mail", result="rung")


def counts(town: CountedTown, name: str) -> dict[str, float]:
    """Return one counter's series by the values of its labels, in the order of their names."""
    return {
        " ".join(value for _, value in sorted(labels)): value
        for (each, labels), value in town.counted().items()
        if each == f"mercat_{name}" and value
    }


def test_what_came_in_is_counted_once_on_its_way_to_its_team(town: CountedTown) -> None:
    """By source and what became of it; an edit is classified and routed again."""
    events = counts(town, "stage_events_total")

    assert {"admit rows": 4, "edit rows": 1, "remove rows": 1, "admit house": 2} == counts(
        town, "ingest_items_total"
    )
    assert {"rows": 1} == counts(town, "ingest_source_exhausted")
    assert {"rejected ingest": 1, "handled classify": 8, "handled route": 8} == events
    assert {"waste": 4, "lighting": 1, "contact": 2} == counts(town, "route_team_posts_total")
    assert ROUTED_COUNT == sum(counts(town, "route_posts_total").values())


def test_each_answer_of_the_classifier_is_counted(town: CountedTown) -> None:
    """Every question for every post, and how sure it was."""
    answers = counts(town, "classify_answers_total")
    sure = counts(town, "classify_confidence_ratio_count")

    questions = ("intent", "language", "sentiment", "team", "urgency")
    assert dict.fromkeys(questions, ROUTED_COUNT) == {
        question: sum(count for each, count in answers.items() if each.endswith(question))
        for question in questions
    }
    assert dict.fromkeys(questions, ROUTED_COUNT) == sure


def test_verdicts_are_counted_by_phase_with_their_reasons(town: CountedTown) -> None:
    """Advice gives no reasons; consent is asked about once more, and so is the sending."""
    assert {
        "deny 1 advice": 1,
        "deny 1 proposal": 1,
        "hold 1 proposal": 1,
        "allow 1 proposal": 1,
        "allow 1 sending": 1,
    } == counts(town, "policy_verdicts_total")
    reasons = counts(town, "policy_verdict_reasons_total")
    assert {"deny 1 content/personal_data": 1}.items() <= reasons.items()
    assert {"advice": 1, "proposal": 3, "sending": 1} == counts(
        town, "policy_verdict_seconds_count"
    )
    assert ({}, {"": 1}) == (
        counts(town, "policy_engine_failures_total"),
        counts(town, "policy_engine_answering"),
    )


def test_an_answer_is_counted_from_its_proposal_to_its_platform(town: CountedTown) -> None:
    """One consent, one sending, and one case answered in time."""
    assert {"": 1} == counts(town, "policy_approval_wait_seconds_count")
    assert {"house sent": 1} == counts(town, "publish_sendings_total")
    assert {"house": 1} == counts(town, "publish_send_seconds_count")
    assert {"yes waste": 1} == counts(town, "route_case_answers_total")
    assert {"waste": 1} == counts(town, "route_case_answer_seconds_count")


def test_what_nobody_here_sent_is_counted(town: CountedTown) -> None:
    """However often the account is read back after."""
    assert {"": 1} == counts(town, "policy_rogue_acts_total")


@pytest.mark.parametrize(
    "untouched",
    [
        sample("ingest_source_failures_total", source="rows"),
        sample("route_posts_total", source="house", sentiment="positive"),
        sample("route_case_answers_total", team="lighting", in_time="no"),
        sample("route_case_answer_seconds_count", team="lighting"),
        sample("policy_verdicts_total", number="1", phase="sending", decision="deny"),
        sample("policy_verdict_reasons_total", number="1", rule="content/length", decision="deny"),
        sample("publish_sendings_total", platform="house", result="unknown"),
        sample("bell_messages_total", ringer="mail", result="refused"),
    ],
    ids=lambda each: each[0],
)
def test_what_has_not_happened_yet_stands_at_nothing(town: CountedTown, untouched: Sample) -> None:
    """So that the first time is seen as a rise: Prometheus sees none where a series begins."""
    assert 0 == town.counted().get(untouched)


def test_every_series_is_as_the_catalogue_declares_it(town: CountedTown) -> None:
    """Its name, its labels, and their values where all are known; in a number that is small."""
    declared = {name: metric for metric in CATALOGUE for name in metric.series_names}
    counted = town.counted()

    strange = [
        (name, dict(labels))
        for name, labels in counted
        if name not in declared or not is_declared(declared[name], dict(labels))
    ]
    assert [] == strange
    assert SERIES_MAX > len(counted)


def is_declared(metric: Metric, labels: dict[str, str]) -> bool:
    """Return whether a series has its metric's labels, with values these may have."""
    labels.pop("le", None)
    known = {label.name: (*label.values, OTHER) for label in metric.labels if label.values}
    return labels.keys() == set(metric.label_names) and all(
        value in known.get(name, (value,)) for name, value in labels.items()
    )


def test_exemplars_are_told_to_those_alone_who_understand_them(town: CountedTown) -> None:
    """The plain text stays what every scraper reads; OpenMetrics names traces of posts."""
    plain, opened = town.text(), town.text("application/openmetrics-text; version=1.0.0")

    families = list(open_metrics_families(opened))  # type: ignore[no-untyped-call]
    exemplars = {
        family.name for family in families for each in family.samples if each.exemplar is not None
    }
    assert "trace_id" not in plain
    assert "mercat_route_accepted_to_routed_seconds" in exemplars
