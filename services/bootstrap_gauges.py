"""The gauges that are read every few seconds, wired: which process tells what.

In one process, that one tells everything. Of several services, each tells what its own tables hold;
of several processes of one service, all tell the same.
"""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from prometheus_client import GCCollector, PlatformCollector, ProcessCollector

from services.bootstrap_foundation import Foundation
from services.house.sqlite_house import HOUSE_NAME
from services.policy.audit_gauges import AuditGauges, Exporting
from services.policy.speaking_gauges import SpeakingGauges
from services.publish.sender_waits import SenderWaits
from services.route.case_gauges import CaseGauges
from services.runtime.drill import DISK, Drills
from services.runtime.drilled_parts import DrilledReading
from services.runtime.gauges import GaugeBoard, Reading
from services.runtime.log_gauges import DeadLetterGauges, ListedLog, LogGauges
from services.runtime.metrics import Metrics
from services.runtime.patient_work import PatientWork
from services.runtime.stage_gauges import StageGauges
from services.settings import DATABASE_NAME
from services.store.file_gauges import FolderGauges
from services.store.migrations import VERSION

EVERY_SECONDS: Final = 5.0
FILES: Final = {
    "database": DATABASE_NAME,
    "write_ahead_log": f"{DATABASE_NAME}-wal",
    "house": HOUSE_NAME,
}


def tell_build(metrics: Metrics) -> None:
    """Tell which build runs, and what the process itself takes; once, where it starts."""
    labels = (version("mercat"), str(VERSION), platform.python_version())
    metrics.build_info.labels(*labels).set(1)
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=metrics.registry)


def gauge_work_of(foundation: Foundation, readings: Sequence[Reading]) -> PatientWork:
    """Return the work that reads gauges again and again."""
    board = GaugeBoard(foundation.metrics, foundation.clock, readings)
    return PatientWork("gauges", board.turn, EVERY_SECONDS)


def listening_readings_of(foundation: Foundation) -> list[Reading]:
    """Return what the tables of listening hold: cases and dead letters."""
    store = foundation.journal.store
    teams = [team.id for team in foundation.settings.routing.teams]
    return [CaseGauges(store, foundation.clock, teams), DeadLetterGauges(store)]


def speaking_readings_of(foundation: Foundation, exporting: Exporting) -> list[Reading]:
    """Return what the tables of policy hold, and how far the record is exported."""
    store, clock = foundation.journal.store, foundation.clock
    reads_back = bool(foundation.settings.accounts)
    channels = foundation.settings.bells.channels
    speaking = SpeakingGauges(store, clock, reads_back=reads_back, channels=channels)
    return [speaking, AuditGauges(store, clock, exporting)]


def folder_readings_of(foundation: Foundation, log: ListedLog) -> list[Reading]:
    """Return how large a data folder is, and what its log keeps."""
    return [LogGauges(log), FolderGauges(foundation.folder, FILES)]


def database_readings_of(pool: Any) -> list[Reading]:
    """Return how large a database is."""
    from services.store.postgres_gauges import DatabaseGauges

    return [DatabaseGauges(pool)]


def embedded_gauges_of(
    foundation: Foundation,
    log: ListedLog,
    stages: Mapping[str, str],
    exporting: Exporting,
    speaking: Sequence[Reading],
    drills: Drills,
) -> PatientWork:
    """Return the work that reads every gauge of a Mercat in one process.

    `stages` maps the names of its stages to the topics they read; `speaking` is read with the rest.
    A demonstration's `drills` can have the disk told as nearly full.
    """
    store = foundation.journal.store
    folder = folder_readings_of(foundation, log)
    if foundation.settings.kind == "demonstration":
        folder = [DrilledReading(each, drills.asks(DISK)) for each in folder]
    return gauge_work_of(
        foundation,
        [
            *listening_readings_of(foundation),
            *speaking_readings_of(foundation, exporting),
            SenderWaits(store),
            *speaking,
            StageGauges(log, store, foundation.clock, stages),
            *folder,
        ],
    )
