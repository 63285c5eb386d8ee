"""Every alert there is, in the groups in which they are evaluated."""

from typing import Final

from deploy.monitoring.alert import Alert
from deploy.monitoring.listening_alerts import LISTENING_ALERTS
from deploy.monitoring.machine_alerts import MACHINE_ALERTS
from deploy.monitoring.speaking_alerts import SPEAKING_ALERTS

ALERT_GROUPS: Final = (LISTENING_ALERTS, SPEAKING_ALERTS, MACHINE_ALERTS)
ALERTS: Final = tuple(
    rule for group in ALERT_GROUPS for rule in group.rules if isinstance(rule, Alert)
)
