"""The figures of authority that come with Mercat, with some changed."""

import copy
from typing import Any

from services.policy.authority_data import AuthorityData
from services.policy.file_rule_set import RULES
from services.runtime.file_yaml import read_yaml


def authority_data(**changes: Any) -> AuthorityData:
    """Return the figures; `quotas__author__hour=1` changes what lies below."""
    plain = read_yaml(RULES / "data" / "authority.yaml", AuthorityData).model_dump(mode="json")
    made = copy.deepcopy(plain)
    for path, value in changes.items():
        *above, last = path.split("__")
        place = made
        for step in above:
            place = place[step]
        place[last] = value
    return AuthorityData.model_validate(made)
