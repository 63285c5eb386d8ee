"""The town's month put through the real desk, and rules rehearsed on it from the command line."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from services.bootstrap_month import Month
from services.cli_rehearse import rehearse
from services.policy.file_bundle import read_bundle
from services.policy.file_rule_set import read_rule_set, write_rule_set
from services.runtime.errors import FolderError, InputInvalidError
from services.settings import DATABASE_NAME, EnvironmentSettings, read_body
from services.store.file_keys import KeyFolder
from services.store.sqlite_store import SqliteReaders, SqliteStore
from services.town.file_folder import make_town_folder
from tests.folders import make_folder
from tests.speaking_town import RulesInPlace

DAYS: Final = 6
EMOJI: Final = "content/emoji/emoji.rego"
_ALL: Final = 1_000


@dataclass(frozen=True)
class Spoken:
    """The town's folder with its days on record, its keys, and how many drafts there were."""

    folder: Path
    keys: Path
    drafts: int

    def acts(self) -> list[dict[str, Any]]:
        """Return all acts as they are kept."""
        store = SqliteStore(SqliteReaders(self.folder / DATABASE_NAME))
        found = []
        for state in ("sending", "held", "denied"):
            found += [dict(row) for row in store.select("acts_in_state_after", (state, "", _ALL))]
        return found


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """The sample town after some days of speaking."""
    place = tmp_path_factory.mktemp("month")
    now = datetime.now(UTC)
    make_town_folder(place / "town", now)
    settings = read_body(place / "town", EnvironmentSettings())
    keys = KeyFolder(place / "keys")
    engine = RulesInPlace(read_bundle())
    month = Month(place / "town", settings, keys, now, DAYS, engine)
    return Spoken(place / "town", place / "keys", month.speak(7))


def rehearsed(spoken: Spoken, work: Path, *options: str) -> Any:
    """Return what the command wrote."""
    arguments = [str(work), "--folder", str(spoken.folder), *options]
    runner = CliRunner(env={"MERCAT_KEYS": str(spoken.keys)})
    return runner.invoke(rehearse, arguments, catch_exceptions=False)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder of rules as they come, one of which an officer has changed: few emoji, or none."""
    folder = tmp_path / "work"
    write_rule_set(folder, read_rule_set())
    rule = folder / EMOJI
    rule.write_text(rule.read_text("utf-8").replace('"hold"', '"deny"'), "utf-8")
    limits = folder / "data" / "limits.yaml"
    limits.write_text(limits.read_text("utf-8").replace("emoji_max: 5", "emoji_max: 1"), "utf-8")
    return folder


def test_the_days_went_through_the_whole_desk(spoken: Spoken) -> None:
    """Most went out, personal data went nowhere, and some wait for a colleague."""
    acts = spoken.acts()

    states = Counter(act["state"] for act in acts)
    assert spoken.drafts == len(acts) > 40
    assert states["sending"] > states["held"] > 0
    assert all("07700 900" not in act["text"] for act in acts if act["state"] != "denied")


def test_a_rehearsal_names_exactly_the_acts_that_a_change_is_about(
    spoken: Spoken, work: Path
) -> None:
    """What went out with two emoji would have been denied, and nothing else would be another."""
    about = {act["id"] for act in spoken.acts() if _emoji(act["text"]) > 1}
    ended = {act["id"] for act in spoken.acts() if act["id"] in about and act["state"] == "sending"}

    result = rehearsed(spoken, work, "--since", "2w", "--json")

    told = json.loads(result.stdout)
    denied = told["changes"]["newly_denied"]
    assert 0 < len(ended) == denied["went_out"]
    assert len(about) == denied["acts"]
    assert about == {sample["act_id"] for sample in told["samples"]}
    assert ["content/emoji"] == told["rules_asked"]
    others = {change: each["acts"] for change, each in told["changes"].items() if each["acts"]}
    assert {"newly_denied": len(about)} == others


def test_people_read_sentences_samples_and_a_digest(spoken: Spoken, work: Path) -> None:
    """What an officer sees without asking for more is enough to talk about."""
    result = rehearsed(spoken, work, "--since", "2w")

    assert re.match(rf"Of {spoken.drafts} acts of the last 14 days, ", result.stdout)
    assert "would have been denied that went out" in result.stdout
    assert "content/emoji, deny" in result.stdout
    assert re.search(r"^Digest of this rehearsal: [0-9a-f]{64}$", result.stdout, re.MULTILINE)


@pytest.mark.parametrize(("ending", "start"), [(".svg", "<svg "), (".html", "<!doctype html>")])
def test_a_chart_is_written_where_it_is_wanted(
    spoken: Spoken, work: Path, tmp_path: Path, ending: str, start: str
) -> None:
    """A picture for a paper, or a page with all of it."""
    chart = tmp_path / f"chart{ending}"

    rehearsed(spoken, work, "--since", "2w", "--chart", str(chart))

    assert chart.read_text("utf-8").startswith(start)
    assert "newly denied" in chart.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "soon"], "is no time"),
        (["--since", "0d"], "is not in the last"),
        (["--since", "2999-01-01"], "is not in the last"),
        (["--chart", "chart.png"], "ends in .svg or .html"),
    ],
)
def test_what_cannot_be_meant_is_said_plainly(
    spoken: Spoken, work: Path, options: list[str], said: str
) -> None:
    """A slip of the hand gets one sentence, not an empty rehearsal."""
    with pytest.raises(InputInvalidError, match=said):
        rehearsed(spoken, work, *options)


def test_a_real_bodys_folder_is_never_spoken_in(tmp_path: Path) -> None:
    """The invented never mixes with a body's own records."""
    folder = make_folder(tmp_path / "data", rows=())
    settings = read_body(folder, EnvironmentSettings())

    with pytest.raises(FolderError, match="only the sample town"):
        Month(folder, settings, KeyFolder(tmp_path / "keys"), datetime.now(UTC), DAYS)


def _emoji(text: str) -> int:
    return sum(letter in "🎨🖌🎉🌳🌷" for letter in text)
