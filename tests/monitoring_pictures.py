"""Takes the pictures of the dashboards that documents show: `python -m tests.monitoring_pictures`.

A sample town is run for some minutes, in which people do all that is counted; a week of answers by
the classifier is written into Prometheus beforehand, since drift is told against a week.
"""

import math
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.monitoring.alerts import ALERT_GROUPS
from deploy.monitoring.dashboard_files import dashboards
from deploy.monitoring.recording_rules import RECORDINGS
from deploy.monitoring.rule_files import groups_of
from services.runtime.listening_metrics import CLASSIFY_ANSWERS
from tests.busy_town import ANSWER, CHEERFUL, PROMISE, SLIP, BusyTown
from tests.grafana_server import GrafanaServer, grafana_program
from tests.mercat_process import Running, environment
from tests.prometheus_server import PrometheusServer, prometheus_program, promtool_program

PICTURES: Final = Path(__file__).parents[1] / "docs" / "pictures"
WIDTH_PIXELS: Final = 1_500
ROW_PIXELS: Final = 38
TOP_PIXELS: Final = 150
HOUR_SECONDS: Final = 3_600
DAYS_BEFORE: Final = 8
TURNS: Final = 18
TURN_SECONDS: Final = 7.0
EVALUATED_SECONDS: Final = 5
QUESTIONS: Final = (
    ("lee", "When is the library open on Saturday?"),
    ("mina", "The bins in Mill Lane were not emptied again."),
    ("sam", "Is the road at Harbour Row closed tomorrow?"),
    ("jo", "The swings in the park are broken, who mends them?"),
)
TEXTS: Final = (ANSWER, ANSWER, PROMISE, ANSWER, SLIP, ANSWER, CHEERFUL)
SPREADS: Final[Mapping[str, Mapping[str, float]]] = {
    "language": {"en": 0.87, "cy": 0.07, "pl": 0.03, "ur": 0.03},
    "sentiment": {"negative": 0.63, "neutral": 0.27, "positive": 0.10},
    "urgency": {"normal": 0.66, "low": 0.24, "urgent": 0.08, "emergency": 0.02},
    "intent": {
        "complaint": 0.28, "report": 0.25, "question": 0.13, "other": 0.12, "suggestion": 0.09,
        "request": 0.08, "praise": 0.05,
    },
    "team": {
        "waste": 0.28, "roads": 0.09, "none": 0.06, "tax-benefits": 0.06, "contact": 0.06,
        "parking": 0.06, "schools": 0.05, "transport": 0.05, "libraries-leisure": 0.05,
        "housing": 0.06, "parks": 0.05, "environmental-health": 0.05, "drainage": 0.04,
        "lighting": 0.02, "planning": 0.02,
    },
}  # fmt: skip
"""About how the sample week is answered; the days written before it swing around that."""


def main() -> int:
    """Run the town, and take a picture of each dashboard."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as ends:
        place = Path(made)
        watched = place / "prometheus"
        (watched / "data").mkdir(parents=True)
        write_week(place / "week.txt", watched / "data")
        env = environment(place / "keys", MERCAT_HTTP_PORT="0")
        town = ends.enter_context(Running("--town", place / "town", env=env))
        target = town.address.removeprefix("http://").rstrip("/")
        program = prometheus_program()
        assert program is not None, "Prometheus is not installed"
        began = time.time()
        server = PrometheusServer(program, watched, [target], {"rules.yaml": rules()})
        prometheus = ends.enter_context(server)
        grafana = ends.enter_context(GrafanaServer(grafana_program(), place, prometheus.address))
        work(BusyTown(place / "town", env, town.address.rstrip("/")), place / "rules")
        for uid, board in dashboards().items():
            take(grafana, board, began, PICTURES / f"{uid}.png", place)
            sys.stdout.write(f"took {uid}.png\n")
    return 0


def work(people: BusyTown, rules_folder: Path) -> None:
    """Have people ask and answer for some minutes; in between, what happens seldom."""
    pause = threading.Event()
    seldom: dict[int, Callable[[], object]] = {
        5: people.halt,
        7: people.release,
        8: lambda: people.change_rules(rules_folder),
        13: people.hand_over,
        15: lambda: people.agree(people.state()),
    }
    done: set[str] = set()
    for turn in range(TURNS):
        if turn % 2 == 0:  # the platform lets nobody post as fast as that for long
            name, text = QUESTIONS[turn // 2 % len(QUESTIONS)]
            people.ask(name, f"{text} ({turn})")
        for place, case in enumerate([each for each in people.cases() if each not in done][:2]):
            act = people.reply(case, TEXTS[(2 * turn + place) % len(TEXTS)])
            done.add(case)
            if act["state"] == "held" and turn % 5:
                people.agree(act)
        if turn in seldom:
            seldom[turn]()
        pause.wait(TURN_SECONDS)


def rules() -> str:
    """Return all rules, evaluated so often that some minutes show them."""
    groups = [
        replace(each, interval_seconds=EVALUATED_SECONDS) for each in (*RECORDINGS, *ALERT_GROUPS)
    ]
    text: str = yaml.safe_dump(groups_of(groups), sort_keys=False)
    return text


def write_week(text: Path, data: Path) -> None:
    """Give Prometheus a week in which the classifier answered, hour by hour."""
    text.write_text("\n".join(week_lines()) + "\n", "utf-8")
    words = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(data)]
    subprocess.run([str(promtool_program()), *words], check=True, stdout=subprocess.DEVNULL)


def week_lines() -> Iterator[str]:
    """Give the lines of the week in OpenMetrics."""
    name = CLASSIFY_ANSWERS.name
    yield f"# TYPE {name.removesuffix('_total')} counter"
    now = int(time.time())
    hours = range(-24 * DAYS_BEFORE, -2)
    for question, spread in SPREADS.items():
        for number, (answer, share) in enumerate(spread.items()):
            total = 0.0
            for hour in hours:
                swing = 1 + 0.25 * math.sin(hour / 17 + number * 1.9)
                total += 300 * share * swing
                labels = f'question="{question}",answer="{answer}",job="mercat"'
                yield f"{name}{{{labels}}} {total:.1f} {now + hour * HOUR_SECONDS}"
    yield "# EOF"


def take(
    grafana: GrafanaServer, board: Mapping[str, Any], began: float, picture: Path, place: Path
) -> None:
    """Have Chromium draw a dashboard over the time of the town, and keep what it shows."""
    rows = max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in board["panels"])
    span = f"from={int(began * 1_000)}&to={int(time.time() * 1_000)}"
    address = f"{grafana.address}/d/{board['uid']}?{span}&theme=light&kiosk=tv"
    if board["uid"] == "mercat-revisions":
        address += "&var-before=1&var-after=2"
    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is not installed"
    size = f"{WIDTH_PIXELS},{rows * ROW_PIXELS + TOP_PIXELS}"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    flags += [f"--user-data-dir={place / 'chromium'}", "--virtual-time-budget=30000"]
    flags += [f"--window-size={size}", f"--screenshot={picture}", address]
    subprocess.run([chromium, *flags], check=True, capture_output=True, timeout=180)


if __name__ == "__main__":
    sys.exit(main())
