"""Parameters for every declared query, found in what the tables hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.runtime.effects import Row, Value
from services.runtime.ports import Store
from services.store.queries import QUERIES
from services.store.statements import columns_of
from services.store.tables import TABLES
from tests.integration.move.mover import Rows

TRIES: Final = 40
LARGE: Final = 2**60
_PLACE: Final = re.compile(r"(?:\w+\.)?(\w+)\s*(=|<>|<=|>=|<|>)\s*$")
_INTEGERS: Final = {
    column.name for table in TABLES.values() for column in table.columns if column.kind == "integer"
}
_TEXTS: Final = {
    column.name for table in TABLES.values() for column in table.columns if column.kind == "text"
}


@dataclass(frozen=True, slots=True)
class Questions:
    """What each column holds somewhere, most frequent names of columns among them."""

    values: Mapping[str, Sequence[Value]]

    @classmethod
    def about(cls, rows: Rows) -> "Questions":
        """Return questions about rows of all tables."""
        found: dict[str, dict[Value, None]] = {}
        for table, by_id in rows.items():
            for row in by_id.values():
                for name, value in zip(columns_of(table), row, strict=True):
                    if value is not None:
                        found.setdefault(name, {})[value] = None
        return cls({name: list(values) for name, values in found.items()})

    def answers(self, store: Store, query: str) -> list[list[Row]]:
        """Return what a query answers to several sets of parameters."""
        texts = QUERIES[query].split("?")[:-1]
        choices = [self._choices(text) for text in texts]
        tries = TRIES if choices else 1
        return [
            store.select(query, [choice[number % len(choice)] for choice in choices])
            for number in range(tries)
        ]

    def _choices(self, text: str) -> Sequence[Value]:
        """Return what may stand behind a piece of a statement."""
        if text.endswith("LIMIT "):
            return [1_000]
        found = _PLACE.search(text)
        if found is None:
            return [""] if text.strip() == "," else [-1]
        name, sign = found.groups()
        is_integer = name in _INTEGERS or name == "END"
        if sign.startswith("<") and sign != "<>":
            return [LARGE] if is_integer else ["\U0010ffff"]
        if sign.startswith(">"):
            return [-1] if is_integer else [""]
        values = self.values.get(name, [""])
        if name in _TEXTS:
            # A name may be a figure in another table: of those, only what is text is asked for.
            values = [each for each in values if isinstance(each, str)] or [""]
        step = max(1, len(values) // TRIES)
        return values[::step]
