"""Fixtures of the deployments: what Kustomize builds, and the schemas of others' resources."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from tests.conftest import absent
from tests.deploy.foreign_schemas import Schemas, foreign_schemas, missing_programs
from tests.deploy.places import K8S, OVERLAYS, Manifest, kustomize_program, kustomized


@pytest.fixture(scope="session")
def kustomize() -> Path:
    """The program that builds manifests: `MERCAT_TEST_KUSTOMIZE`, else the one on the path."""
    program = kustomize_program()
    if program is None:
        absent("Kustomize is not installed (go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.0)")
    return cast("Path", program)


@pytest.fixture(scope="session")
def overlays(kustomize: Path) -> Mapping[str, Sequence[Manifest]]:
    """Both overlays, built, by name."""
    return {name: kustomized(kustomize, K8S / "overlays" / name) for name in OVERLAYS}


@pytest.fixture(scope="session")
def foreign() -> Schemas:
    """The schemas of compose and of the operators' resources, fetched once into build/."""
    missing = missing_programs()
    if missing:
        absent(f"schemas cannot be fetched without {' and '.join(missing)}")
    return foreign_schemas()
