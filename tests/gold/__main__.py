"""Prints how the gold drafts are judged: `make gold`, or with another file of such drafts."""

import os
import sys
from pathlib import Path

from tests.gold.report import DRAFTS, families, read_drafts, table
from tests.mercat_process import run

if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DRAFTS
    ended = run("judge", path, env=os.environ)
    sys.stderr.write(ended.err)
    if ended.code:
        sys.exit(ended.code)
    sys.stdout.write(f"{table(families(read_drafts(path), ended.out.splitlines()))}\n")
