"""Loads what any command of Mercat's loads, and reads the rules that come with it, for forks."""

from importlib import import_module
from pathlib import Path

import services
from services.policy.file_rule_set import read_rule_set

for _file in sorted(Path(services.__file__).parent.glob("*.py")):
    if _file.stem.startswith(("bootstrap", "cli_")):
        import_module(f"services.{_file.stem}")
read_rule_set()
