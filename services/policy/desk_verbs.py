"""Every verb of the desk, and what decides it: the one list, made of each part's own."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.policy.bell_orders import BELL_VERBS
from services.policy.break_glass_orders import BREAK_GLASS_VERBS
from services.policy.correction_orders import CORRECTION_VERBS
from services.policy.decided import Decided
from services.policy.desk_acts import ACT_VERBS
from services.policy.desk_bell import BELL_HANDLERS
from services.policy.desk_break_glass import BREAK_GLASS_HANDLERS
from services.policy.desk_correction import CORRECTION_HANDLERS
from services.policy.desk_handovers import HANDOVER_HANDLERS
from services.policy.desk_incident import INCIDENT_HANDLERS
from services.policy.desk_nomination import NOMINATION_HANDLERS
from services.policy.desk_people import PEOPLE_VERBS
from services.policy.desk_register import REGISTER_HANDLERS
from services.policy.desk_rota import ROTA_HANDLERS
from services.policy.desk_rules import RULES_HANDLERS
from services.policy.desk_sign_in import SIGN_IN_HANDLERS
from services.policy.desk_slot_report import SLOT_REPORT_HANDLERS
from services.policy.desk_takeovers import TAKEOVER_HANDLERS
from services.policy.desk_trust import TRUST_VERBS
from services.policy.desk_work import Work
from services.policy.handover_orders import HANDOVER_VERBS
from services.policy.incident_orders import INCIDENT_VERBS
from services.policy.nomination_orders import NOMINATION_VERBS
from services.policy.orders import VERBS, Verb
from services.policy.register_orders import REGISTER_VERBS
from services.policy.rota_orders import ROTA_VERBS
from services.policy.rule_orders import RULE_VERBS
from services.policy.sign_in_orders import SIGN_IN_VERBS
from services.policy.slot_report_orders import SLOT_REPORT_VERBS
from services.policy.takeover_orders import TAKEOVER_VERBS

HANDLERS: Final[Mapping[str, Callable[[Work, Any], Decided]]] = {
    **PEOPLE_VERBS,
    **ACT_VERBS,
    **TRUST_VERBS,
    **RULES_HANDLERS,
    **TAKEOVER_HANDLERS,
    **HANDOVER_HANDLERS,
    **REGISTER_HANDLERS,
    **SIGN_IN_HANDLERS,
    **ROTA_HANDLERS,
    **BREAK_GLASS_HANDLERS,
    **INCIDENT_HANDLERS,
    **CORRECTION_HANDLERS,
    **BELL_HANDLERS,
    **NOMINATION_HANDLERS,
    **SLOT_REPORT_HANDLERS,
}
KNOWN: Final[Mapping[str, Verb]] = {
    **VERBS,
    **RULE_VERBS,
    **TAKEOVER_VERBS,
    **HANDOVER_VERBS,
    **REGISTER_VERBS,
    **SIGN_IN_VERBS,
    **ROTA_VERBS,
    **BREAK_GLASS_VERBS,
    **INCIDENT_VERBS,
    **CORRECTION_VERBS,
    **BELL_VERBS,
    **NOMINATION_VERBS,
    **SLOT_REPORT_VERBS,
}
