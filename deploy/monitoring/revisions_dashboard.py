"""One policy revision against another: what each set of rules said, side by side."""

from grafana_foundation_sdk.builders import dashboard

from deploy.monitoring import queries as ask
from deploy.monitoring.dashboard import REVISIONS, Choice, Row, made
from deploy.monitoring.panels import Panel, Query, bars, lines, number
from services.runtime import speaking_metrics as metrics

SIDES = (("$before", "before"), ("$after", "after"))
PHASE = {"phase": "proposal"}


def revisions_dashboard() -> dashboard.Dashboard:
    """Return the dashboard."""
    return made(
        REVISIONS,
        "What two sets of rules said to what was proposed: how much each held and denied, and why. "
        "The figures are of the time looked at, and of what people happened to propose in it.",
        [
            Row(f"Rules number {variable}, chosen as {name}", _side(variable))
            for variable, name in SIDES
        ],
        [
            Choice("before", "Before", metrics.VERDICTS, "number", many=False),
            Choice("after", "After", metrics.VERDICTS, "number", many=False),
        ],
    )


def _side(number_chosen: str) -> list[Panel]:
    picked = {"number": number_chosen, **PHASE}
    said = ask.count(metrics.VERDICTS, **picked)
    why = ask.count(metrics.VERDICT_REASONS, "rule", number=number_chosen)
    return [
        number(
            "Proposals judged",
            "How many, in the time looked at.",
            "short",
            Query(f"round({said})"),
            width=4,
        ),
        number(
            "Held",
            "Which share of them.",
            "percentunit",
            Query(ask.share(metrics.VERDICTS, {"decision": "hold"}, **picked)),
            width=4,
        ),
        number(
            "Denied",
            "Which share of them.",
            "percentunit",
            Query(ask.share(metrics.VERDICTS, {"decision": "deny"}, **picked)),
            width=4,
        ),
        bars(
            "What it said",
            "Verdicts on what was proposed.",
            "short",
            Query(f"round({ask.count(metrics.VERDICTS, 'decision', **picked)})", "{{decision}}"),
            width=6,
        ),
        bars(
            "Why",
            "The ten rules that objected most.",
            "short",
            Query(
                f"topk(10, round({why}) > 0)",
                "{{rule}}",
            ),
            width=6,
        ),
        lines(
            "Verdicts an hour",
            "On what was proposed, by what they said.",
            "short",
            Query(f"3600 * {ask.rate(metrics.VERDICTS, 'decision', **picked)}", "{{decision}}"),
            width=24,
            stacked=True,
        ),
    ]
