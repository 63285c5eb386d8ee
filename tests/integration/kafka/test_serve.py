"""A small body by `mercat serve`: posts come in, pass Kafka and PostgreSQL, and are routed."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from schemas.assignment import PostRouted
from services.bootstrap_scaled import Scaled
from services.commands import ListeningCommands
from services.runtime.actor import OPERATOR
from services.runtime.errors import RejectError
from services.runtime.scaled_settings import KafkaSettings
from tests.fakes import wait_until
from tests.integration.kafka.scaled_body import SAID, ScaledBody, deliver
from tests.kafka_server import fresh_prefix, make_topics
from tests.mercat_process import call, run
from tests.postgres_server import fresh_database
from tests.service_process import Service

pytestmark = pytest.mark.scaled

CLOSING = {"outcome": "answered", "reason": "Told at the counter", "requested_by": "ann"}


@pytest.fixture
def body(tmp_path: Path, kafka: KafkaSettings, postgres_server: str) -> Iterator[ScaledBody]:
    """A body of which nothing runs yet."""
    with ScaledBody(tmp_path, kafka, fresh_database(postgres_server)) as made:
        yield made


def texts_told(body: ScaledBody, team: str) -> set[str]:
    """Return the texts of the posts that a team's topic tells of."""
    events = body.events(f"teams.{team}.posts.v1")
    return {event.data.post.text for event in events if isinstance(event, PostRouted)}


def stop_all(services: list[Service]) -> list[int]:
    """Tell every service to stop; return the codes they ended with."""
    return [service.stop().code for service in reversed(services)]


@pytest.mark.parametrize("runner", ["faust", "kafka"])
def test_posts_come_out_routed_and_a_new_start_goes_on(body: ScaledBody, runner: str) -> None:
    """From replay and webhook to table and team topic; then all stop cleanly and begin again."""
    services = body.serve_all(runner)
    answer = deliver(services[-1], "1", [{"id": "w1", "text": "A wire down at the school."}])
    wires = {"A wire down in Mill Lane!", "A wire down at the school."}
    body.await_routed(*SAID, *wires)
    wait_until(lambda: wires <= texts_told(body, "lighting"))

    assert 202 == answer.status_code
    assert 1 == body.rows("SELECT count(*) FROM dead_letters")[0][0]
    for service, stage in zip(services[1:3], ("classify", "route"), strict=True):
        handled = f'mercat_stage_events_total{{result="handled",stage="{stage}"}}'
        assert handled in service.ask("/metrics").text
        assert 200 == service.ask("/healthz").status_code
    assert 'mercat_ingest_items_total{result="admit",source="form"} 1.0' in (
        services[3].ask("/metrics").text
    )
    before = body.rows("SELECT * FROM posts ORDER BY id")
    assert [0, 0, 0, 0] == stop_all(services)

    services = body.serve_all(runner)
    deliver(services[-1], "2", [{"id": "w2", "text": "The bins, again."}])
    body.await_routed("The bins, again.")

    after = body.rows("SELECT * FROM posts ORDER BY id")
    assert [row for row in after if row in before] == before
    assert len(before) + 1 == len(after)
    assert [0, 0, 0, 0] == stop_all(services)


def test_services_tell_what_the_database_holds(body: ScaledBody) -> None:
    """Route tells of open cases and of what was set aside, the relay how large it all is."""
    relay, _, route, _ = body.serve_all("kafka")
    body.await_routed(*SAID)

    wait_until(lambda: 'mercat_route_open_cases{team="lighting"} 1.0' in metrics(route))
    wait_until(lambda: 'mercat_dead_letters{place="source:rows"} 1.0' in metrics(route))
    assert 'mercat_store_bytes{part="database"} ' in metrics(relay)


def metrics(service: Service) -> str:
    """Return what a service tells Prometheus."""
    return service.ask("/metrics").text


def test_what_came_in_while_others_were_away_is_routed_later(body: ScaledBody) -> None:
    """Ingest acknowledges what is in the database alone; the rest goes on once it is started."""
    ingest = body.serve("ingest")
    wait_until(ingest.is_ready)
    answer = deliver(ingest, "1", [{"id": "w1", "text": "A wire down at the school."}])

    assert 202 == answer.status_code
    assert set() == body.texts_routed()
    body.serve("relay")
    body.serve("classify", "--runner", "kafka")
    body.serve("route")
    body.await_routed(*SAID, "A wire down at the school.")


def test_a_post_that_two_take_in_at_once_comes_in_once(body: ScaledBody) -> None:
    """Two ingest services given the same posts at the same time admit each of them once."""
    pair = [body.serve("ingest", MERCAT_INSTANCE=name) for name in ("ingest-1", "ingest-2")]
    for service in pair:
        wait_until(service.is_ready)
    posts = [{"id": f"w{number}", "text": "The bins.", "parent_id": "root"} for number in range(40)]

    with ThreadPoolExecutor(8) as hands:
        calls = [
            hands.submit(deliver, service, f"{service.address}-{number}", posts[number::4])
            for number in range(4)
            for service in pair
        ]
        codes = {call.result().status_code for call in calls}

    assert {202} == codes
    told = body.rows(
        "SELECT count(*), count(DISTINCT key) FROM relay_rows WHERE convert_from(value, 'UTF8') "
        "LIKE %s",
        "%/ingest/form%",
    )
    assert [(40, 1)] == told


def test_another_polls_a_source_whose_process_died(body: ScaledBody) -> None:
    """A source is polled by one of two services, and by the other once the first is gone."""
    pair = [body.serve("ingest", MERCAT_INSTANCE="ingest-1")]
    wait_until(lambda: polled_by(pair[0]))
    pair.append(body.serve("ingest", MERCAT_INSTANCE="ingest-2"))
    wait_until(pair[1].is_ready)

    assert not polled_by(pair[1])
    pair[0].kill()
    wait_until(lambda: polled_by(pair[1]))
    assert 6 == body.rows("SELECT count(*) FROM relay_rows WHERE topic = 'posts.received.v1'")[0][0]


def is_taken_in(ingest: Service, post: Mapping[str, str]) -> bool:
    """Hand a post in, under its own id, and return whether that was answered with a yes."""
    return deliver(ingest, post["id"], [post]).is_success


def polled_by(service: Service) -> bool:
    """Return whether the replay is polled by a service, and read to its end."""
    parts = {part["name"]: part for part in service.ready().json()["parts"]}
    return "rows" in parts and "read to its end" in parts["rows"]["sentence"]


@pytest.mark.parametrize("service", ["classify", "route", "relay"])
def test_topics_with_another_count_of_partitions_are_refused(
    body: ScaledBody, service: str
) -> None:
    """A key would lie elsewhere, and order would be lost: the service does not start."""
    other = body.kafka.model_copy(update={"prefix": fresh_prefix()})
    make_topics(other, *body.topics, partitions=2)
    path = body.folder / "mercat.yaml"
    path.write_text(
        path.read_text("utf-8").replace(str(body.kafka.prefix), str(other.prefix)), "utf-8"
    )

    ended = run("serve", service, body.folder, env={**body.env, "MERCAT_SERVICE_PORT": "0"})

    assert 1 == ended.code
    assert "partitions" in ended.err


def test_topics_that_nobody_made_are_refused(body: ScaledBody) -> None:
    """None is made by being read from or written to, and the cure is named."""
    path = body.folder / "mercat.yaml"
    path.write_text(
        path.read_text("utf-8").replace(str(body.kafka.prefix), fresh_prefix()), "utf-8"
    )

    ended = run("serve", "relay", body.folder, env={**body.env, "MERCAT_SERVICE_PORT": "0"})

    assert 1 == ended.code
    assert "mercat topics apply" in ended.err


def test_an_order_waits_for_route_in_another_process(body: ScaledBody) -> None:
    """A case is closed through Kafka; who comes second hears why it was set aside."""
    body.serve_all("kafka")
    body.await_routed(*SAID)
    wait_until(lambda: bool(body.rows("SELECT id FROM cases WHERE team = 'lighting'")))
    ((case,),) = body.rows("SELECT id FROM cases WHERE team = 'lighting'")
    scaled = Scaled.of(body.order(), "console")
    try:
        commands = ListeningCommands(scaled)
        done = commands.carry_out("close", {"case": case, **CLOSING}, OPERATOR)

        assert case in str(done)
        assert [("closed",)] == body.rows("SELECT state FROM cases WHERE id = %s", case)
        with pytest.raises(RejectError, match="closed already"):
            commands.carry_out("close", {"case": case, **CLOSING}, OPERATOR)
    finally:
        scaled.close()


def test_everything_a_check_asks_for_is_there(body: ScaledBody) -> None:
    """With topics made and the schema there, only OPA is missing here."""
    ended = call("run", body.folder, "--check", env={**body.env, "MERCAT_OPA_PORT": "1"})

    lines = ended.out.splitlines()
    needed = [line.split(":")[0] for line in lines if line.startswith("NEEDED")]
    assert ["NEEDED  opa"] == needed
    assert any(line.startswith("ok      topics: ") for line in lines)


def test_topics_that_are_not_made_are_needed(body: ScaledBody) -> None:
    """A cluster without the body's topics is told apart from one that is not there."""
    path = body.folder / "mercat.yaml"
    path.write_text(
        path.read_text("utf-8").replace(str(body.kafka.prefix), fresh_prefix()), "utf-8"
    )

    ended = call("run", body.folder, "--check", env=body.env)

    assert "ok      kafka: " in ended.out
    assert "NEEDED  topics: " in ended.out


def test_services_go_on_after_every_connection_to_the_database_was_cut(body: ScaledBody) -> None:
    """Whoever sent a post and heard no yes sends it again; everything is routed, once."""
    services = body.serve_all("kafka")
    texts = [f"The bins of lane {number}." for number in range(12)]
    for number, text in enumerate(texts):
        if number % 4 == 0:
            body.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        post = {"id": f"w{number}", "text": text}
        wait_until(partial(is_taken_in, services[-1], post))
    body.await_routed(*SAID, *texts)

    found = [text for (text,) in body.rows("SELECT text FROM posts WHERE source = 'form'")]
    assert sorted(texts) == sorted(found)
    wait_until(lambda: all(service.is_ready() for service in services))
    wait_until(lambda: polled_by(services[-1]))
    assert [0, 0, 0, 0] == stop_all(services)
