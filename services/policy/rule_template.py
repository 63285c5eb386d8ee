"""What a new rule begins as: a rule that objects to nothing yet, with tests of both kinds.

It is whole: it passes every check as it stands, so that an officer changes something that works.
"""

import re
from typing import Final

from services.policy.rule_set import TEST

RULE_ID: Final = re.compile(r"(?P<concern>authority|content)/(?P<rule>[a-z][a-z0-9_]{1,58})")
ID_CURE: Final = "name it CONCERN/RULE in small letters: content/our_bins, authority/night_desk"

_RULE: Final = """\
# METADATA
# title: {title}
# description: >-
#   Say here for whom this rule is and what it keeps from happening, in a sentence or two.
package mercat.rules.{concern}.{rule}

# METADATA
# title: Longer than we want
# description: Say here when this objection is made. As it stands, it is made of very long texts.
reasons contains reason if {{
	not input.findings.length <= 10000
	reason := {{
		"severity": "advice",
		"message": "{concern}.{rule}",
		"sentence": "Say here what is wrong, in one plain sentence.",
		"cure": "Say here what to do about it.",
		"citation": "Say here what it rests on: a law, a policy of the body.",
	}}
}}
"""

_TEST: Final = """\
# METADATA
# title: {title}, tried
# description: What the rule lets pass, and what it objects to.
package mercat.rules.{concern}.{rule}_test

import data.mercat.rules.{concern}.{rule}

test_quiet_on_a_usual_text if {{
	{rule}.reasons == set() with input.findings as {{"length": 120}}
}}

test_quiet_on_the_longest_that_may_be if {{
	{rule}.reasons == set() with input.findings as {{"length": 10000}}
}}

test_loud_on_one_longer if {{
	some reason in {rule}.reasons with input.findings as {{"length": 10001}}
	reason.message == "{concern}.{rule}"
}}

test_loud_on_one_far_longer if {{
	some reason in {rule}.reasons with input.findings as {{"length": 20000}}
	reason.severity == "advice"
}}
"""


def new_rule(rule_id: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the modules and tests of a new rule, by their places.

    Raises ValueError, with a sentence, where the id is none.
    """
    found = RULE_ID.fullmatch(rule_id)
    if found is None:
        raise ValueError(f"{rule_id!r} is no name for a rule; {ID_CURE}.")
    concern, rule = found["concern"], found["rule"]
    words = {"concern": concern, "rule": rule, "title": rule.replace("_", " ").capitalize()}
    place = f"{concern}/{rule}/{rule}"
    return (
        {f"{place}.rego": _RULE.format_map(words)},
        {f"{place}{TEST}": _TEST.format_map(words)},
    )
