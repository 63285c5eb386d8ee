"""How long it takes to read a draft of 500 characters for what policy has to know of it."""

import time
from typing import Final

from bench.figures import Figure, percentile
from bench.plan import Sizes
from bench.progress import Say
from services.policy.file_bundle import read_bundle
from services.reading.draft import read_draft
from services.reading.lengths import LengthRule
from services.reading.personal_data import OwnDetails
from services.reading.promises import PromiseFinder
from services.reading.wording import Wording

AIM_MS: Final = 1.0
_SENTENCES: Final = (
    "Thank you for telling us about the bins in Harbour Row, and sorry for the wait. ",
    "The crew was two people short on 24 November, so 37 bins were left. ",
    "They come back by Friday, between 7.30 and 15.00; reference 4471/26. ",
    "You can see every collection at https://mercatburgh.example/bins, or ring 0300 555 0100. ",
    "If a bin is missed again, tell us within two working days, and we will send a van out. ",
    "Ask for the yellow bag meanwhile. ",
)


def draft(number: int) -> str:
    """Return an ordinary draft of 500 characters, each a little different."""
    return f"{number}: {''.join(_SENTENCES)}{' '.join(_SENTENCES)}"[:500]


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return percentiles over drafts read one by one."""
    say(f"{sizes.drafts} drafts of 500 characters")
    own = OwnDetails(("0300 555 0100",), ("mercatburgh.example",), ("mercatburgh.example",))
    lengths = LengthRule("characters", None, 500)
    lists = read_bundle().lists
    phrases, wording = PromiseFinder(lists.claims), Wording(lists)
    waits: list[float] = []
    for number in range(sizes.drafts):
        text = draft(number)
        begun = time.perf_counter()
        read_draft(
            text,
            (),
            own=own,
            lengths=lengths,
            languages=("en", "cy"),
            phrases=phrases,
            wording=wording,
        ).as_facts()
        waits.append((time.perf_counter() - begun) * 1_000)
    note = "findings on a draft of 500 characters, one core"
    return (
        Figure(
            "findings_p50", "ms", note, value=percentile(waits, 0.5), aim=AIM_MS, better="lower"
        ),
        Figure("findings_p99", "ms", note, value=percentile(waits, 0.99), better="lower"),
    )
