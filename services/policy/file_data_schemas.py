"""The JSON Schema of each file of rule data, for the editors in which officers change them.

`python -m services.policy.file_data_schemas` writes them beside the files; `--check` says which
of them is not as it should be.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from services.policy.rule_data import ALL_DATA

ENDING: Final = ".schema.json"
WRITE_COMMAND: Final = "python -m services.policy.file_data_schemas"
EXIT_STALE: Final = 1


def data_schemas() -> Mapping[str, str]:
    """Return every schema's text by the name of its file: `limits.schema.json`."""
    return {
        f"{name}{ENDING}": json.dumps(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                **model.model_json_schema(),
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in sorted(ALL_DATA.items())
    }


def write_schemas(folder: Path) -> list[str]:
    """Write the schemas into a folder; return the names of those that were not there or differ."""
    stale = stale_schemas(folder)
    for name, text in data_schemas().items():
        if name in stale:
            (folder / name).write_text(text, encoding="utf-8")
    return stale


def stale_schemas(folder: Path) -> list[str]:
    """Return the names of schemas that are missing in a folder, or not as they should be."""
    return [
        name
        for name, text in data_schemas().items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what is stale")
    data = Path(__file__).with_name("rules") / "data"
    if parser.parse_args().check:
        found = stale_schemas(data)
        for each in found:
            sys.stdout.write(f"{each} is not as it should be; run {WRITE_COMMAND}\n")
        sys.exit(EXIT_STALE if found else 0)
    for each in write_schemas(data):
        sys.stdout.write(f"written: {each}\n")
