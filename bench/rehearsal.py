"""How fast decisions on record are replayed by proposed rules: a rule changed, or a word list.

`--long` takes 100,000 decisions, which are what is aimed at; other runs take fewer of them.
"""

import resource
import tempfile
import time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench.errors import MeasurementError
from bench.figures import Figure
from bench.plan import Sizes
from bench.progress import Say
from bench.recorded_acts import START, end_of, recorded
from services.policy.bundle import Bundle, bundle_of
from services.policy.configuration import OwnContacts
from services.policy.file_bundle import read_bundle
from services.policy.regopy_rehearsal import Span, rehearse
from services.policy.rehearsal_document import Rehearsal
from services.policy.rehearser import Rehearsed
from services.policy.system_sealer import SubjectSealer
from services.runtime.ports import Store

AIM_DECISIONS: Final = 100_000
AIM_SECONDS: Final = 120.0
AIM_MEMORY_MB: Final = 400.0
RULE: Final = "content/personal_data/personal_data.rego"


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return how many decisions are replayed in a second, for each sort of change."""
    count = sizes.rehearsed
    with tempfile.TemporaryDirectory(prefix="mercat-bench-") as place:
        say(f"{count:,} decisions are put on record")
        with recorded(Path(place), count) as (journal, sealer):
            found = {}
            for name, proposed in (("rule", rule_changed()), ("words", words_changed())):
                say(f"{count:,} decisions are replayed, {name} changed")
                found[name] = _rate(journal.store, sealer, proposed, count)
            memory_bytes = _largest_bytes()
    note = f"{count:,} recorded decisions replayed on all cores, "
    aim = AIM_DECISIONS / AIM_SECONDS
    return (
        Figure("rehearsal_rate", "1/s", f"{note}one rule changed", value=found["rule"], aim=aim),
        Figure(
            "rehearsal_words_rate",
            "1/s",
            f"{note}a list of words changed, so that all words are read anew",
            value=found["words"],
            aim=aim,
        ),
        Figure(
            "rehearsal_memory",
            "MB",
            f"{note}the most that one of its processes held, which does not grow with the count",
            value=memory_bytes / 1_000_000,
            aim=AIM_MEMORY_MB,
            better="lower",
        ),
    )


def _largest_bytes() -> int:
    """Return the most memory that this process or one of those that have ended held at a time."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in whose) * 1_024


def rule_changed() -> Bundle:
    """Return the rules with one changed: what it refused waits for nobody's consent."""
    bundle = read_bundle()
    source = bundle.modules[RULE].replace('"deny"', '"hold"')
    return bundle_of({**bundle.modules, RULE: source}, bundle.data)


def words_changed() -> Bundle:
    """Return the rules with a list of words changed: a phrase that no draft here has."""
    bundle = read_bundle()
    form: dict[str, Any] = dict(bundle.data["form"])
    form["hosts_shortening"] = [*form["hosts_shortening"], "short.example"]
    return bundle_of(bundle.modules, {**bundle.data, "form": form})


def replayed(store: Store, sealer: SubjectSealer, proposed: Bundle, count: int) -> Rehearsal:
    """Return the rehearsal of all that is on record."""
    own, languages = OwnContacts(), ("en",)
    rehearsed = Rehearsed(read_bundle(), proposed, {}, own, languages, ZoneInfo("Europe/London"))
    return rehearse(store, sealer, rehearsed, Span(START, end_of(count)))


def _rate(store: Store, sealer: SubjectSealer, proposed: Bundle, count: int) -> float:
    begun = time.perf_counter()
    rehearsal = replayed(store, sealer, proposed, count)
    seconds = time.perf_counter() - begun
    if rehearsal.tally.decisions != count:
        raise MeasurementError(f"only {rehearsal.tally.decisions:,} of {count:,} were replayed")
    return count / seconds
