"""Whether the rules can be asked, told also while nobody wants to say anything."""

from collections.abc import Callable, Sequence

from services.runtime import speaking_metrics as metrics
from services.runtime.gauges import Figure


class EngineGauges:
    """Asks whether the rules can be asked."""

    def __init__(self, can_be_asked: Callable[[], bool]) -> None:
        self._can_be_asked = can_be_asked

    def __call__(self) -> Sequence[Figure]:
        """Return the figure."""
        return [Figure(metrics.ENGINE_ANSWERS, 1.0 if self._can_be_asked() else 0.0)]
