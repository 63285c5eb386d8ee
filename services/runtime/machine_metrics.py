"""The metrics of the machine under it: which build runs, how large its data is, what is free."""

from typing import Final

from services.runtime import metric_labels as labels
from services.runtime.metric import Label, Metric

BUILD_INFO: Final = Metric(
    name="mercat_build_info",
    kind="gauge",
    help="1, labelled with the version, the schema and the Python of this process.",
    labels=(Label("version", 1), Label("schema", 1), Label("python", 1)),
)
STORE_BYTES: Final = Metric(
    name="mercat_store_bytes",
    kind="gauge",
    help="How large the data is, by part.",
    labels=(labels.STORE_PART,),
)
FOLDER_FREE_BYTES: Final = Metric(
    name="mercat_folder_free_bytes",
    kind="gauge",
    help="What is free on the disk that holds the data folder.",
)
GAUGES_READ_TIMESTAMP: Final = Metric(
    name="mercat_gauges_read_timestamp_seconds",
    kind="gauge",
    help="When the gauges that are read from the store were last read, as seconds since 1970.",
)

MACHINE_METRICS: Final = (BUILD_INFO, STORE_BYTES, FOLDER_FREE_BYTES, GAUGES_READ_TIMESTAMP)
