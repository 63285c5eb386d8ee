"""A Faust worker under a certificate: `python -m tests.deploy.faust_user SETTINGS FILE`."""

import sys
from pathlib import Path

from services.classify.file_stage import classify_stage
from services.runtime.faust_worker import FaustWorker
from services.runtime.limits import StageLimits
from services.runtime.metrics import Metrics
from services.runtime.scaled_settings import KafkaSettings
from services.runtime.system_clock import SystemClock
from tests.integration.kafka.faust_child import LineJournal


def main() -> int:
    """Classify as the settings say, until told to stop."""
    return FaustWorker(
        classify_stage(None, ("en",)),
        kafka=KafkaSettings.model_validate_json(sys.argv[1]),
        password=None,
        instance="classify-0",
        letters=LineJournal(Path(sys.argv[2])),
        clock=SystemClock(),
        metrics=Metrics(),
        limits=StageLimits(),
    ).run()


if __name__ == "__main__":
    sys.exit(main())
