"""A publish service in a process of its own, that kills itself where it is told to.

`python -m tests.integration.scaled_speaking.publisher FOLDER ADDRESS OPA_PORT PLACE`: it sends what
is approved until it reaches the place.
"""

import logging
import sys
import threading
from pathlib import Path

import structlog

from services.bootstrap_speaking_services import PublishService
from services.runtime.failpoints import order_at_failpoints
from tests.integration.faults.driver import deadly
from tests.scaled_town import scaled_order


def main(folder: str, address: str, opa_port: str, place: str) -> None:
    """Send, and die."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    service = PublishService(scaled_order(Path(folder), address, int(opa_port)))
    order_at_failpoints(deadly(place, 1))
    service.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
