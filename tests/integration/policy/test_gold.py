"""The content rules on the gold drafts: what they stop, and what they let be, family by family."""

from typing import Final

import pytest

from tests.gold.report import CLEAN, DRAFTS, Family, families, read_drafts, table
from tests.mercat_process import call, environment

CLEAN_STOPPED_MAX: Final = 0.03

FLOOR: Final = 0.8
"""Eight tenths of what was reached when the rules were last measured (`make gold`), all of it: a
rule that falls silent is seen, and one sentence judged another way is not."""

FAULTS: Final = sorted({draft["family"] for draft in read_drafts()} - {CLEAN})


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Family]:
    """Every gold draft, judged by `mercat judge`, by family."""
    env = environment(tmp_path_factory.mktemp("gold") / "keys")
    ended = call("judge", DRAFTS, env=env)
    assert (0, "") == (ended.code, ended.err)
    found = families(read_drafts(), ended.out.splitlines())
    print(f"\n{table(found)}")  # noqa: T201 - the report, which `pytest -s` shows
    return {family.name: family for family in found}


def test_clean_drafts_are_let_be(judged: dict[str, Family]) -> None:
    """Rules that stop what is sound are soon no longer read."""
    assert judged[CLEAN].stopped <= CLEAN_STOPPED_MAX


@pytest.mark.parametrize("name", FAULTS)
def test_a_family_of_faults_is_stopped(judged: dict[str, Family], name: str) -> None:
    """A rule or finder that has come to miss what it found before is seen."""
    assert judged[name].reached >= FLOOR


def test_every_draft_is_of_use_to_the_measure() -> None:
    """Ids are unique, and whatever is not clean has something against it."""
    drafts = read_drafts()

    assert len(drafts) == len({draft["id"] for draft in drafts})
    assert all((draft["family"] == CLEAN) == (draft["expected"] == "allow") for draft in drafts)


def test_the_table_tells_held_from_denied() -> None:
    """Of personal data only what is denied counts as reached; of other faults, holds do too."""
    drafts = [
        {"id": str(number), "family": family}
        for number, family in enumerate(("clean", "personal-data", "personal-data", "tone", "tone"))
    ]
    decisions = ("allow", "hold", "deny", "hold", "allow")
    answers = [f'{{"id": "{n}", "decision": "{each}"}}' for n, each in enumerate(decisions)]

    found = families(drafts, answers)

    assert [("clean", 0.0), ("personal-data", 0.5), ("tone", 0.5)] == [
        (each.name, each.reached) for each in found
    ]
    assert ["50.0%", "50.0%", "0.0%"] == [
        line.split()[3] for line in table(found).splitlines()[-3:]
    ]
