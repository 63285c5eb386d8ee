"""A month of the town's drafts: the same from a seed, on working days, of every sort."""

from collections import Counter
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.file_bundle import read_bundle
from services.policy.judging import PLATFORMS
from services.reading.worded import DraftSetting
from services.town.month import month

ZONE = ZoneInfo("Europe/London")
END = datetime(2026, 4, 10, 12, tzinfo=UTC)


def test_a_seed_gives_the_same_month() -> None:
    """What was rehearsed on can be made again, word for word."""
    first, same, other = ([*month(seed, END, 30, ZONE)] for seed in (7, 7, 8))

    assert first == same
    assert first != other


def test_a_day_is_the_same_in_a_longer_month() -> None:
    """Days are drawn by their date, so that more of them change none."""
    last_week = [*month(7, END, 7, ZONE)]

    assert last_week == [*month(7, END, 30, ZONE)][-len(last_week) :]


def test_drafts_come_in_order_in_office_hours_of_working_days() -> None:
    """Outside them a rule would ask for a duty officer, and most would be held for that."""
    moments = [spoken.at for spoken in month(7, END, 30, ZONE)]

    assert sorted(moments) == moments
    assert all(each.weekday() < 5 and time(9) < each.time() < time(17) for each in moments)
    assert moments[-1] < END


def test_a_month_has_some_hundred_drafts_of_every_sort() -> None:
    """There is something for most rules to say, and most of it may go."""
    spoken = [*month(7, END, 30, ZONE)]
    reader = DraftReader(OwnContacts(), ("en",), PLATFORMS, read_bundle().lists)
    found = [reader.findings_of(each.text, (), "house", DraftSetting()) for each in spoken]

    assert 250 < len(spoken) < 500
    faults = Counter(
        personal=sum(each["personal_data"] > 0 for each in found),
        emoji=sum(each["emoji"] > 5 for each in found),
        guarantee=sum(each["wording"]["guarantee"] > 0 for each in found),
        promise=sum(each["promises_without_timescale"] > 0 for each in found),
    )
    assert all(count >= 3 for count in faults.values()), faults
    assert faults.total() < len(spoken) / 2
    assert {"ann", "dee"} == {each.login for each in spoken}
    assert {True, False} == {each.is_agreed_to for each in spoken}
