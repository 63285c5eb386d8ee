"""One policy revision against another: what each set of rules said, side by side."""

from typing import Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import VariableSort

from deploy.monitoring import colours
from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import REVISIONS, Choice, Row, made
from deploy.monitoring.panels import Panel, Query, bars, coloured, compared, lines, number
from services.runtime import speaking_metrics as metrics

BEFORE: Final = "$before"
AFTER: Final = "$after"
SIDES: Final = ((BEFORE, "before"), (AFTER, "after"))
PHASE: Final = {"phase": "proposal"}
PROPOSED: Final = "Of the proposals that they judged in the time looked at."


def revisions_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        REVISIONS,
        "What two sets of rules said to what was proposed: how much each held and denied, and why. "
        "The figures are of the time looked at, and of what people happened to propose in it.",
        [
            Row("Rules number $before (left) and number $after (right)", _figures()),
            Row("Rule by rule", [_by_rule()]),
            Row("Over time", [_over_time(*side) for side in SIDES]),
        ],
        [
            Choice("before", "Before", metrics.VERDICTS, "number", many=False),
            Choice(
                "after",
                "After",
                metrics.VERDICTS,
                "number",
                many=False,
                sort=VariableSort.NUMERICAL_DESC,
            ),
        ],
    )


def _figures() -> list[Panel]:
    found: list[Panel] = []
    for chosen, side in SIDES:
        picked = {"number": chosen, **PHASE}
        found += [
            number(
                f"Judged {side}",
                "How many proposals these rules judged in the time looked at.",
                "short",
                Query(f"round({ask.count(metrics.VERDICTS, **picked)})"),
            ),
            number(
                f"Held {side}",
                PROPOSED,
                "percentunit",
                Query(ask.share(metrics.VERDICTS, {"decision": "hold"}, **picked)),
            ),
            number(
                f"Denied {side}",
                PROPOSED,
                "percentunit",
                Query(ask.share(metrics.VERDICTS, {"decision": "deny"}, **picked)),
            ),
        ]
    for chosen, side in SIDES:
        said = ask.count(metrics.VERDICTS, "decision", number=chosen, **PHASE)
        found.append(
            coloured(
                colours.SAID,
                bars(
                    f"What they said, {side}",
                    "Verdicts on what was proposed.",
                    "short",
                    Query(f"round({said})", "{{decision}}"),
                ),
            )
        )
    return found


def _by_rule() -> Panel:
    return compared(
        "Objections to a hundred proposals",
        "How often each rule objected, to so many proposals on either side.",
        "none",
        "rule",
        *(Query(_objections(chosen), side) for chosen, side in SIDES),
    )


def _objections(chosen: str) -> str:
    why = ask.count(metrics.VERDICT_REASONS, "rule", number=chosen)
    judged = ask.count(metrics.VERDICTS, number=chosen, **PHASE)
    return f"100 * {why} / scalar({judged} > 0) > 0"


def _over_time(chosen: str, side: str) -> Panel:
    said = ask.hourly(metrics.VERDICTS, "decision", number=chosen, **PHASE)
    return coloured(
        colours.SAID,
        lines(
            f"Verdicts, {side}",
            "In the hour before, on what was proposed, by what they said.",
            "short",
            Query(said, "{{decision}}"),
            stacked=True,
        ),
    )
