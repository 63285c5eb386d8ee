"""`python -m bench.scaled.contend NAME SERVERS PREFIX`: one way to run classify, until it is ended.

Every contender has the same stage, topics, partitions and acknowledgement by all replicas. They
differ in what hosts the stage.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

from services.classify.file_stage import classify_stage
from services.log_lines import write_log_lines
from services.runtime.ports import Stage
from services.runtime.scaled_settings import KafkaSettings

LANGUAGES: Final = ("en",)
CONTENDERS: Final = {
    "kafka-runner": "bench.scaled.kafka_host:run",
    "faust": "bench.scaled.faust_host:run",
    "quix": "bench.scaled.quix_host:run_one_by_one",
    "quix-batches": "bench.scaled.quix_host:run_in_batches",
    "obvious-faust": "bench.scaled.obvious_faust:run",
    "bare": "bench.scaled.bare_host:run",
}
Host = Callable[[Stage, KafkaSettings], None]


def main(name: str, servers: str, prefix: str) -> None:
    """Run a contender for ever."""
    write_log_lines("error", "plain")
    module, _, function = CONTENDERS[name].partition(":")
    host: Host = getattr(import_module(module), function)
    kafka = KafkaSettings(
        servers=tuple(servers.split(",")), prefix=prefix, replicas=1, replicas_in_sync_min=1
    )
    host(classify_stage(None, LANGUAGES), kafka)


if __name__ == "__main__":
    main(*sys.argv[1:4])
