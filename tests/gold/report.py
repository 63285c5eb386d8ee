"""What the content rules make of the gold drafts, family by family."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

DRAFTS: Final = Path(__file__).with_name("drafts.jsonl")
CLEAN: Final = "clean"
PERSONAL_DATA: Final = "personal-data"


class Family(NamedTuple):
    """How many drafts of a family there are, and how many were held and denied."""

    name: str
    drafts: int
    held: int
    denied: int

    @property
    def stopped(self) -> float:
        """The share that was held or denied."""
        return (self.held + self.denied) / self.drafts

    @property
    def reached(self) -> float:
        """The share that counts: of personal data those denied, of the rest those stopped."""
        return self.denied / self.drafts if self.name == PERSONAL_DATA else self.stopped


def read_drafts(path: Path = DRAFTS) -> list[Mapping[str, Any]]:
    """Return the drafts of a file in their order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def families(drafts: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> list[Family]:
    """Return the families by name, the clean one first; answers are lines of `mercat judge`.

    A draft without an answer raises KeyError.
    """
    decisions = {answer["id"]: answer["decision"] for answer in map(json.loads, answers)}
    seen = Counter((draft["family"], decisions[draft["id"]]) for draft in drafts)
    sizes = Counter(draft["family"] for draft in drafts)
    return [
        Family(name, sizes[name], seen[name, "hold"], seen[name, "deny"])
        for name in sorted(sizes, key=lambda name: (name != CLEAN, name))
    ]


def table(found: Sequence[Family]) -> str:
    """Return the families as a table, and below it the three figures that are aimed at."""
    lines = [f"{'family':<28}{'drafts':>7}{'hold':>7}{'deny':>7}{'stopped':>9}"]
    lines += [
        f"{each.name:<28}{each.drafts:>7}{each.held:>7}{each.denied:>7}{each.stopped:>9.0%}"
        for each in found
    ]
    personal = [each for each in found if each.name == PERSONAL_DATA]
    others = [each for each in found if each.name not in (CLEAN, PERSONAL_DATA)]
    clean = [each for each in found if each.name == CLEAN]
    lines.append("")
    lines.append(f"personal data denied  {_share(personal):>6.1%}   aim: 95 % or more")
    lines.append(f"other faults stopped  {_share(others):>6.1%}   aim: 85 % or more")
    lines.append(f"clean ones stopped    {_share(clean):>6.1%}   aim: 3 % or less")
    return "\n".join(lines)


def _share(some: Sequence[Family]) -> float:
    """Return the share that was reached in families together; none of nothing."""
    drafts = sum(each.drafts for each in some)
    return sum(each.reached * each.drafts for each in some) / drafts if drafts else 0.0
