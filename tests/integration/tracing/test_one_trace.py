"""A receiver of spans sees each post's way through a real Mercat as one trace."""

import json
from pathlib import Path

import pytest

from tests.folders import make_folder
from tests.mercat_process import call, environment, run
from tests.otlp_server import WAY_OF_A_POST, OtlpServer, hangs_on, trace_of

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A body whose traces are all kept, where there is somewhere to send them."""
    made = make_folder(tmp_path / "body")
    settings = made / "mercat.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}tracing: {{ratio: 1.0}}\n", "utf-8")
    return made


def test_a_post_is_one_trace_from_its_arrival_to_its_team(folder: Path, tmp_path: Path) -> None:
    """It bears the post's id; each step hangs on the one before, and nothing tells what it says."""
    with OtlpServer() as receiver:
        env = environment(tmp_path / "keys", **{ENDPOINT: receiver.address})
        ended = run("run", folder, "--until-idle", env=env)

    assert 0 == ended.code, ended.err
    spans = receiver.spans
    posts = [span.trace_id for span in spans if span.name == "post"]
    assert 4 == len(posts) == len(set(posts))
    shown = json.loads(call("show", posts[0], "--json", "--folder", folder, env=env).out)
    assert posts[0] in json.dumps(shown)
    assert WAY_OF_A_POST == hangs_on(trace_of(spans, posts[1]))
    assert {"mercat"} == {span.service for span in spans}
    assert not any(said in str(spans) for said in ("bins", "ann", "wire", "social.example"))


def test_nothing_is_sent_where_nobody_asks_for_it(folder: Path, tmp_path: Path) -> None:
    """Without an address there is no exporter, whatever the share."""
    with OtlpServer() as receiver:
        env = environment(tmp_path / "keys")
        ended = run("run", folder, "--until-idle", env=env)

    assert (0, []) == (ended.code, receiver.spans)


def test_a_receiver_that_is_away_holds_nobody_up(folder: Path, tmp_path: Path) -> None:
    """Posts reach their teams, and the end is clean."""
    with OtlpServer() as receiver:
        away = receiver.address
    env = environment(tmp_path / "keys", **{ENDPOINT: away})

    ended = run("run", folder, "--until-idle", env=env)

    assert 0 == ended.code, ended.err
    assert "Stopped cleanly." in ended.err
