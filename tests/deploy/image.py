"""What a Dockerfile says, read without an engine: its parts, and its steps for an empty folder."""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from dockerfile_parse import DockerfileParser

from tests.deploy.places import DEPLOY, ROOT

DOCKERFILE: Final = DEPLOY / "Dockerfile"
IGNORED: Final = ROOT / ".dockerignore"
INSTALLED_INTO: Final = "/opt/mercat"


@dataclass(slots=True)
class Part:
    """One part of the file, from its FROM on: instructions and their values, in order."""

    image: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def values(self, instruction: str) -> list[str]:
        """Return the values of one instruction."""
        return [value for name, value in self.steps if name == instruction]


def parts(text: str, folder: Path) -> list[Part]:
    """Return the parts of a Dockerfile's text; `folder` is for the parser's own use."""
    parser = DockerfileParser(path=str(folder))
    parser.content = text
    found: list[Part] = []
    for step in parser.structure:
        if step["instruction"] == "FROM":
            found.append(Part(step["value"].split()[0]))
        elif step["instruction"] != "COMMENT":
            found[-1].steps.append((step["instruction"], step["value"]))
    return found


def sources(part: Part) -> list[str]:
    """Return what a part copies from the checkout."""
    copied = [shlex.split(value) for value in part.values("COPY")]
    return [name for words in copied if not words[0].startswith("--from") for name in words[:-1]]


def sent_to_the_engine(name: str) -> bool:
    """Return whether .dockerignore, which names what is sent, names this or a folder around it."""
    sent = {
        line.removeprefix("!")
        for line in IGNORED.read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    path = PurePosixPath(name)
    return any(str(each) in sent for each in (path, *path.parents))


def run_steps(part: Part, folder: Path, python: Path) -> Path:
    """Copy and run what a part says, in a folder in place of the image's root; return its venv.

    `python` stands for the image's own. Raises AssertionError where a step fails.
    """
    source, target = folder / "src", folder / "opt" / "mercat"
    source.mkdir(parents=True)
    target.parent.mkdir(parents=True)
    for instruction, value in part.steps:
        if instruction == "COPY":
            *names, _ = shlex.split(value)
            for name in names:
                _copy(name, source)
        elif instruction == "RUN":
            command = value.replace(INSTALLED_INTO, str(target))
            command = re.sub(r"^python(?= -m venv)", str(python), command)
            ran = subprocess.run(
                ["/bin/sh", "-euc", command],
                cwd=source,
                capture_output=True,
                check=False,
                text=True,
            )
            assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return target


def _copy(name: str, folder: Path) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if (ROOT / name).is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "*.py[co]")
        shutil.copytree(ROOT / name, place, ignore=ignored)
    else:
        shutil.copyfile(ROOT / name, place)
