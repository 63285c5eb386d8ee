"""The documents on disk: current, complete, and held against what was released."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from schemas.documents import event_schema, events_by_type, schema_file
from schemas.file_documents import complaints, main, release_documents, write_documents

FOLDER = Path(schemas.__file__).parent
RECEIVED = "mercat.posts.received.v1"
EXAMPLES = sorted((FOLDER / "examples").glob("*/*.json"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the contracts' documents that a test may spoil."""
    for name in ("json", "examples"):
        copytree(FOLDER / name, tmp_path / name)
    (tmp_path / "asyncapi.yaml").write_bytes((FOLDER / "asyncapi.yaml").read_bytes())
    return tmp_path


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a JSON file in place."""
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_committed_documents_are_current() -> None:
    """What is committed is what the models say, and breaks nothing that was released."""
    assert complaints(FOLDER) == []


@pytest.mark.parametrize("name", [f"json/{schema_file(RECEIVED)}", "asyncapi.yaml"])
def test_a_stale_document_is_named_with_its_cure(
    copy: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check ends with 1, names the file and the command, and that command mends it."""
    (copy / name).write_text("{}\n", encoding="utf-8")

    status = main(["--check", "--folder", str(copy)])

    assert status == 1
    assert f"schemas/{name} is stale; write it anew with" in capsys.readouterr().err
    assert main(["--folder", str(copy)]) == 0
    assert main(["--check", "--folder", str(copy)]) == 0


def test_a_missing_document_is_named_with_its_cure(copy: Path) -> None:
    """A schema that was never written is a complaint."""
    (copy / "json" / schema_file(RECEIVED)).unlink()

    (sentence,) = complaints(copy)

    assert "is missing; write it with `python -m schemas.file_documents`" in sentence


def test_a_left_over_document_is_named_and_taken_away(copy: Path) -> None:
    """A schema no event has any more is a complaint, until the documents are written anew."""
    left_over = copy / "json" / "mercat.posts.whispered.v1.schema.json"
    left_over.write_text("{}\n", encoding="utf-8")

    (sentence,) = complaints(copy)

    assert left_over.name in sentence
    assert write_documents(copy) == [f"json/{left_over.name}"]
    assert complaints(copy) == []


def test_writing_twice_changes_nothing(copy: Path) -> None:
    """Documents that are current are left alone."""
    assert write_documents(copy) == []


def test_a_missing_example_is_named(copy: Path) -> None:
    """Every event type has a minimal and a full example."""
    (copy / "examples" / RECEIVED / "minimal.json").unlink()

    (sentence,) = complaints(copy)

    assert f"schemas/examples/{RECEIVED}/minimal.json is missing" in sentence


def test_an_example_of_no_event_is_named(copy: Path) -> None:
    """Examples of a type that no topic carries are left over."""
    (copy / "examples" / "mercat.posts.whispered.v1").mkdir()

    (sentence,) = complaints(copy)

    assert "mercat.posts.whispered.v1 belongs to no event" in sentence


def test_an_example_that_is_no_such_event_is_named_with_its_place(copy: Path) -> None:
    """A wrong field in an example is named by its path."""
    edit(
        copy / "examples" / RECEIVED / "full.json",
        lambda content: content["data"].update(channel="fax"),
    )

    (sentence,) = complaints(copy)

    assert f"schemas/examples/{RECEIVED}/full.json is no such event: data.channel:" in sentence


def test_a_release_freezes_every_event(copy: Path) -> None:
    """After a release each type has a frozen copy, and releasing again changes nothing."""
    assert main(["--release", "--folder", str(copy)]) == 0

    frozen = {path.name for path in (copy / "released").iterdir()}
    assert {schema_file(name) for name in events_by_type()} == frozen
    assert complaints(copy) == []
    assert release_documents(copy) == []


def test_a_breaking_change_fails_the_check_and_the_release(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was released with a field we no longer have is told, and stays as it was."""
    release_documents(copy)
    frozen = copy / "released" / schema_file(RECEIVED)
    edit(frozen, lambda schema: schema["properties"].update(colour={"type": "string"}))
    before = frozen.read_bytes()

    assert main(["--check", "--folder", str(copy)]) == 1
    assert main(["--release", "--folder", str(copy)]) == 1
    assert before == frozen.read_bytes()
    assert f"schemas/released/{schema_file(RECEIVED)}: colour: removed" in capsys.readouterr().err


def test_an_optional_property_may_be_added_to_a_released_event(copy: Path) -> None:
    """A release that lacks what we have gained since passes, and the next release takes it up."""
    release_documents(copy)
    frozen = copy / "released" / schema_file(RECEIVED)
    edit(frozen, lambda schema: schema["$defs"]["Post"]["properties"].pop("place"))

    assert complaints(copy) == []
    assert release_documents(copy) == []
    assert "place" in json.loads(frozen.read_bytes())["$defs"]["Post"]["properties"]


def test_a_released_event_cannot_vanish(copy: Path) -> None:
    """A frozen schema whose event no topic carries any more is a complaint."""
    release_documents(copy)
    gone = copy / "released" / "mercat.posts.whispered.v1.schema.json"
    gone.write_text("{}\n", encoding="utf-8")

    (sentence,) = complaints(copy)

    assert f"schemas/released/{gone.name} was released and no topic carries it" in sentence


def test_every_event_has_examples() -> None:
    """The parametrised tests below cover every type."""
    assert set(events_by_type()) == {path.parent.name for path in EXAMPLES}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_holds_for_model_and_schema(path: Path) -> None:
    """Each example is an event to our own reader and to one that has the JSON Schema alone."""
    event = events_by_type()[path.parent.name]
    value = path.read_bytes()

    event.model_validate_json(value)
    Draft202012Validator(event_schema(event)).validate(json.loads(value))


@pytest.mark.parametrize("name", events_by_type())
def test_the_full_example_has_every_property_and_the_minimal_one_no_more_than_it_must(
    name: str,
) -> None:
    """A full example leaves no property of event and data out; a minimal one has the required."""
    schema = event_schema(events_by_type()[name])
    data = schema["$defs"][schema["properties"]["data"]["$ref"].rpartition("/")[2]]
    full = json.loads((FOLDER / "examples" / name / "full.json").read_bytes())
    minimal = json.loads((FOLDER / "examples" / name / "minimal.json").read_bytes())

    from_outside = {"causationid"} if full["source"].startswith("ingest/") else set()

    assert set(schema["properties"]) - from_outside == set(full)
    assert set(data["properties"]) == set(full["data"])
    assert set(schema["required"]) == set(minimal)
    assert set(data["required"]) == set(minimal["data"])
