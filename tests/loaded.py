"""Loads what any command of Mercat's loads, and reads the rules that come with it, for forks."""

from importlib import import_module
from pathlib import Path

import services
from services.policy.file_rule_set import read_rule_set
from services.reading.promises import PromiseFinder
from services.reading.wording import Wording

for _file in sorted(Path(services.__file__).parent.glob("*.py")):
    if _file.stem.startswith(("bootstrap", "cli_")):
        import_module(f"services.{_file.stem}")
_lists = read_rule_set().bundle.lists
Wording(_lists)
PromiseFinder(_lists.claims)
