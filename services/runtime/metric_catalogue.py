"""Every metric of Mercat: what code counts by, dashboards ask for, and the documents list."""

from typing import Final

from services.runtime.listening_metrics import LISTENING_METRICS
from services.runtime.machine_metrics import MACHINE_METRICS
from services.runtime.speaking_metrics import SPEAKING_METRICS

CATALOGUE: Final = (*LISTENING_METRICS, *SPEAKING_METRICS, *MACHINE_METRICS)
