"""The image: what its file says, and that its install steps leave a Mercat that starts."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.settings import ENVIRONMENT_PREFIX, EnvironmentSettings
from tests.architecture.sources import tracked_paths
from tests.deploy.facts import project_version
from tests.deploy.image import DOCKERFILE, Part, parts, run_steps, sent_to_the_engine, sources

IMPORTS = "import aiokafka, confluent_kafka, faust, opa_client, psycopg, psycopg_pool"


@pytest.fixture
def image(tmp_path: Path) -> tuple[Part, Part]:
    """The two parts of our Dockerfile: what builds, and what runs."""
    build, run = parts(DOCKERFILE.read_text(encoding="utf-8"), tmp_path)
    return build, run


def environment(part: Part) -> dict[str, str]:
    """Return the variables that a part sets."""
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(part.values("ENV"))))


def test_both_parts_stand_on_one_version_of_python_and_debian(image: tuple[Part, Part]) -> None:
    """What is built under one Python runs under the same, without its compiler."""
    build, run = image

    assert re.fullmatch(r"python:3\.1[123]\.\d+-bookworm", build.image)
    assert build.image.replace("-bookworm", "-slim-bookworm") == run.image


def test_it_runs_as_nobody_in_particular(image: tuple[Part, Part]) -> None:
    """The user is a number, so that a cluster can tell that it is not root."""
    assert ["10001:10001"] == image[1].values("USER")


def test_it_is_mercat_and_ends_in_peace(image: tuple[Part, Part]) -> None:
    """The entrypoint takes Mercat's verbs, and is told to end by the signal it listens for."""
    run = image[1]

    assert ["mercat"] == json.loads(run.values("ENTRYPOINT")[0])
    assert ["SIGTERM"] == run.values("STOPSIGNAL")


def test_it_says_how_to_ask_whether_it_lives(image: tuple[Part, Part]) -> None:
    """The health check asks for life at the port that the image sets and exposes."""
    run = image[1]
    (check,) = run.values("HEALTHCHECK")

    assert "/healthz" in check
    assert "os.environ['MERCAT_SERVICE_PORT']" in check
    assert [environment(run)["MERCAT_SERVICE_PORT"]] == run.values("EXPOSE")


def test_every_package_is_checked_by_its_hash(image: tuple[Part, Part]) -> None:
    """Whatever is installed comes from the lock, or from the checkout without asking anybody."""
    steps = " && ".join(image[0].values("RUN"))
    installs = re.findall(r"pip install [^&]*", steps)

    assert 2 == len(installs)
    assert "--require-hashes --requirement requirements/scaled.lock" in installs[0]
    assert "--no-deps --no-build-isolation --no-index ." in installs[1]


def test_it_holds_no_secret_and_sets_what_mercat_reads(image: tuple[Part, Part]) -> None:
    """No variable is secret, and each of Mercat's own is one that it reads."""
    names = set(environment(image[1]))
    read = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in EnvironmentSettings.model_fields}

    assert not [name for name in names if re.search("PASSWORD|TOKEN|SECRET", name)]
    assert {name for name in names if name.startswith(ENVIRONMENT_PREFIX)} <= read
    assert not image[0].values("ARG")


def test_it_is_of_this_version(image: tuple[Part, Part]) -> None:
    """The label, and the name to build it by, say the version of this checkout."""
    text = DOCKERFILE.read_text(encoding="utf-8")

    assert f'version="{project_version()}"' in " ".join(image[1].values("LABEL"))
    assert f"--tag mercat:{project_version()} " in text


def test_the_engine_is_sent_what_is_copied(image: tuple[Part, Part]) -> None:
    """Whatever the file copies from the checkout is there, and is let through."""
    copied = sources(image[0])

    assert "services" in copied
    assert [] == [name for name in copied if not sent_to_the_engine(name)]
    assert not sources(image[1])


@pytest.mark.parametrize("name", ["data", ".git", "deploy", "tests", "build", ".venv", "keys"])
def test_the_engine_is_sent_nothing_else(name: str) -> None:
    """Data, keys, history and what was made here stay out, whatever they are called."""
    assert not sent_to_the_engine(name)


def test_only_what_runs_is_copied_whole(image: tuple[Part, Part]) -> None:
    """The folders that are copied hold sources of ours, and the image copies no other folder."""
    folders = {name for name in sources(image[0]) if "/" not in name and "." not in name}
    tracked = {path.split("/")[0] for path in tracked_paths()}

    assert {"schemas", "services"} == folders & tracked - {"LICENSE", "NOTICE"}


@pytest.mark.long
def test_its_steps_leave_a_mercat_that_starts(image: tuple[Part, Part], tmp_path: Path) -> None:
    """In an empty folder the steps install Mercat with all that its services stand on."""
    installed = run_steps(image[0], tmp_path / "root", Path(sys.executable))

    said = subprocess.run(
        [str(installed / "bin" / "mercat"), "--version"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    subprocess.run([str(installed / "bin" / "python"), "-c", IMPORTS], cwd=tmp_path, check=True)
    assert project_version() in said.stdout
    assert not (installed / "bin" / "pip").exists()
