"""Where the descriptions of deployments lie, and the programs that read them."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
K8S: Final = DEPLOY / "k8s"
OVERLAYS: Final = ("small", "full")
COMPOSE: Final = DEPLOY / "compose" / "compose.yaml"
RULES: Final = DEPLOY / "checks" / "rules"
BUILT: Final = ROOT / "build" / "deploy"

Manifest = dict[str, Any]


class PlainLoader(yaml.CSafeLoader):
    """YAML as clusters read it: a lone `=`, which some schemas list as a value, is a text."""


def _text(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


PlainLoader.add_constructor("tag:yaml.org,2002:value", _text)


def documents(text: str) -> list[Manifest]:
    """Return the documents of a YAML text."""
    return [each for each in yaml.load_all(text, PlainLoader) if each is not None]


def kustomize_program() -> Path | None:
    """Return Kustomize: `MERCAT_TEST_KUSTOMIZE`, else the one on the path, or None."""
    found = os.environ.get("MERCAT_TEST_KUSTOMIZE") or shutil.which("kustomize")
    return Path(found) if found else None


def kustomized(program: Path, folder: Path) -> list[Manifest]:
    """Return what Kustomize builds from a folder; AssertionError with its words where it cannot."""
    built = subprocess.run(
        [str(program), "build", str(folder)], capture_output=True, check=False, text=True
    )
    assert built.returncode == 0, built.stderr
    return documents(built.stdout)


def compose_file() -> Manifest:
    """Return the compose file, with what its parts share put in."""
    (compose,) = documents(COMPOSE.read_text(encoding="utf-8"))
    return compose
