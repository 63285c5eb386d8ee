"""What somebody has to look at about the machine: a process gone, a full disk, old gauges."""

from typing import Final

from deploy.monitoring.alert import Alert, Group
from services.runtime import machine_metrics as metrics

JOB: Final = 'job="mercat"'
_FREE: Final = metrics.FOLDER_FREE_BYTES.name
_READ: Final = metrics.GAUGES_READ_TIMESTAMP.name
LOW_BYTES: Final = 1_000_000_000

MACHINE_ALERTS: Final = Group(
    "mercat-machine",
    (
        Alert(
            name="MercatDown",
            expr=f"up{{{JOB}}} == 0 or absent(up{{{JOB}}})",
            for_seconds=60,
            severity="page",
            summary="Mercat does not answer at {{ $labels.instance }}.",
            meaning="A process of Mercat is gone, or Prometheus does not reach it.",
        ),
        Alert(
            name="MercatDiskFills",
            expr=f"min({_FREE}) < {LOW_BYTES} "
            f"or (min(predict_linear({_FREE}[6h], 86400) and {_FREE} offset 6h) < {LOW_BYTES} "
            f"and min({_FREE}) < {20 * LOW_BYTES})",
            for_seconds=60,
            severity="page",
            summary="Less than a gigabyte is free where the data lie, or will be within a day.",
            meaning="The disk is nearly full: then nothing can be taken in or said.",
        ),
        Alert(
            name="MercatGaugesStale",
            expr=f"time() - {_READ} > 60",
            for_seconds=60,
            severity="ticket",
            summary="What waits has not been counted at {{ $labels.instance }} for a minute.",
            meaning="The store is not read: what dashboards show of cases and acts is old.",
        ),
    ),
)
