"""Makes the sample town's folder: settings, rules, a week to replay, calls, and its threads."""

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from services.house.sqlite_house import HOUSE_NAME
from services.runtime.errors import FolderError
from services.town.contact_log import dated_log
from services.town.file_generate import lines_file
from services.town.file_texts import read_settings, read_stories, read_texts, read_threads
from services.town.house_threads import settle_threads
from services.town.rates import USUAL
from services.town.rows import row_line
from services.town.week import Town

SEED: Final = 7
SETTINGS_NAMES: Final = ("mercat.yaml", "rules.yaml", "takeover-terms.md")
CONTACT_LOG_NAME: Final = "contact-log.csv"
WEEK_PATH: Final = "replay/sample-week.jsonl.gz"


def make_town_folder(folder: Path, now: datetime, seed: int = SEED) -> None:
    """Write everything the sample town starts on; the week's last posts are from just before `now`.

    Equal moment and seed give equal files. Raises FolderError where the folder holds anything, so
    that the invented never mixes with a real body's data.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderError(f"{folder} is not an empty folder; name a new one for the sample town.")
    week = folder / WEEK_PATH
    week.parent.mkdir(parents=True)
    with lines_file(week) as file:
        file.writelines(map(row_line, Town(read_texts(), read_stories(), seed).sample_week(now)))
    log = dated_log(read_settings(CONTACT_LOG_NAME), now, ZoneInfo(USUAL.zone))
    (folder / CONTACT_LOG_NAME).write_text(log, encoding="utf-8")
    settle_threads(folder / HOUSE_NAME, read_threads(), now)
    # The settings come last: a folder without them counts as none, whatever cut this short.
    for name in reversed(SETTINGS_NAMES):
        (folder / name).write_text(read_settings(name), encoding="utf-8")
