"""Writes the generated documents of the contracts, checks them, and freezes released versions.

    python -m schemas.file_documents             write schemas/json/ and schemas/asyncapi.yaml
    python -m schemas.file_documents --check     say what is stale, left over or broken
    python -m schemas.file_documents --release   freeze the present versions in schemas/released/

Examples under `schemas/examples/<type>/` are written by hand; a check reads each of them.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from schemas.compatibility import breaking_changes
from schemas.documents import (
    event_schema,
    events_by_type,
    generated_files,
    render_json,
    schema_file,
)
from schemas.envelope import Event

WRITE_COMMAND: Final = "python -m schemas.file_documents"
RELEASE_COMMAND: Final = f"{WRITE_COMMAND} --release"
EXAMPLES_REQUIRED: Final = ("full.json", "minimal.json")


def write_documents(folder: Path) -> list[str]:
    """Write every generated file below `folder`, take left-over ones away, return what changed."""
    expected = generated_files()
    changed = []
    for name, text in expected.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(name)
    for name in _left_over(folder, expected):
        (folder / name).unlink()
        changed.append(name)
    return sorted(changed)


def complaints(folder: Path) -> list[str]:
    """Return a plain sentence for each document below `folder` that is not as it should be."""
    return [
        *_stale(folder, generated_files()),
        *_examples_wrong(folder / "examples", events_by_type()),
        *_released_broken(folder / "released", events_by_type()),
    ]


def release_documents(folder: Path) -> list[str]:
    """Freeze the present schema of each event type; freeze none where one breaks what is released.

    Returns the sentences that say what breaks, none on success.
    """
    events = events_by_type()
    broken = _released_broken(folder / "released", events)
    if broken:
        return broken
    for name, event in events.items():
        path = folder / "released" / schema_file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render_json(event_schema(event)), encoding="utf-8", newline="\n")
    return []


def main(arguments: Sequence[str]) -> int:
    """Run as a command; return the exit status, 1 where something is to be mended."""
    parser = argparse.ArgumentParser(prog=WRITE_COMMAND, description="The contracts' documents.")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="say what is stale, write nothing")
    task.add_argument("--release", action="store_true", help="freeze the present versions")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent, help="the contracts")
    chosen = parser.parse_args(arguments)
    if chosen.check:
        found = complaints(chosen.folder)
    elif chosen.release:
        found = release_documents(chosen.folder)
    else:
        found = []
        for name in write_documents(chosen.folder):
            sys.stdout.write(f"schemas/{name}: written anew\n")
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    return 1 if found else 0


def _left_over(folder: Path, expected: Mapping[str, str]) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in (folder / "json").glob("*"))
    return sorted(set(found) - expected.keys())


def _stale(folder: Path, expected: Mapping[str, str]) -> Iterator[str]:
    for name, text in expected.items():
        path = folder / name
        if not path.exists():
            yield f"schemas/{name} is missing; write it with `{WRITE_COMMAND}`."
        elif path.read_text(encoding="utf-8") != text:
            yield f"schemas/{name} is stale; write it anew with `{WRITE_COMMAND}`."
    for name in _left_over(folder, expected):
        yield f"schemas/{name} belongs to no event of a topic; `{WRITE_COMMAND}` takes it away."


def _examples_wrong(folder: Path, events: Mapping[str, type[Event]]) -> Iterator[str]:
    for name in sorted({path.name for path in folder.glob("*")} - events.keys()):
        yield f"schemas/examples/{name} belongs to no event of a topic; delete it."
    for name, event in events.items():
        for required in EXAMPLES_REQUIRED:
            if not (folder / name / required).exists():
                yield f"schemas/examples/{name}/{required} is missing; write it by hand."
        for path in sorted((folder / name).glob("*")):
            try:
                event.model_validate_json(path.read_bytes())
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                place = ".".join(str(step) for step in first["loc"])
                yield (
                    f"schemas/examples/{name}/{path.name} is no such event: "
                    f"{place}: {first['msg']}; mend it by hand."
                )


def _released_broken(folder: Path, events: Mapping[str, type[Event]]) -> list[str]:
    found = []
    known = {schema_file(name): event for name, event in events.items()}
    for path in sorted(folder.glob("*")):
        place = f"schemas/released/{path.name}"
        if path.name not in known:
            found.append(
                f"{place} was released and no topic carries it any more; declare it again."
            )
            continue
        released: dict[str, Any] = json.loads(path.read_bytes())
        found += [
            f"{place}: {change} Leave this version as it was and add the next beside it."
            for change in breaking_changes(released, event_schema(known[path.name]))
        ]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
