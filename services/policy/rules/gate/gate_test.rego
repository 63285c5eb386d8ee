# METADATA
# title: The gate, tried
# description: Every rule is asked and named, and reasons come under the right name.
package mercat.gate_test

import data.mercat.gate

listed := [[concat("/", [concern, rule]), concern, rule] |
	some concern, rule
	data.mercat.rules[concern][rule].reasons
]

test_the_revision_is_named if {
	gate.answer.revision == "r7" with data.mercat.bundle as {"revision": "r7", "rules": listed}
}

test_every_rule_is_named_in_order if {
	count(listed) > 0
	gate.answer.checked == [row[0] | some row in listed] with data.mercat.bundle as {"revision": "r7", "rules": listed}
}

test_a_rule_that_is_not_there_is_not_named_as_run if {
	gate.answer.checked == ["authority/parent_state"] with data.mercat.bundle as {
		"revision": "r7",
		"rules": [
			["authority/nowhere", "authority", "nowhere"],
			["authority/parent_state", "authority", "parent_state"],
		],
	}
}

test_a_reason_comes_under_its_rule if {
	some reason in gate.answer.reasons with data.mercat.bundle as {"revision": "r7", "rules": listed}
		with input.conversation as {"parent": "gone"}
	reason.rule == "authority/parent_state"
	reason.message == "authority.parent_gone"
}

test_a_rule_without_objection_gives_no_reason if {
	every reason in gate.answer.reasons {
		reason.rule != "authority/parent_state"
	} with data.mercat.bundle as {"revision": "r7", "rules": listed} with input.conversation as {"parent": "live"}
}

test_nothing_is_answered_without_a_revision if {
	not gate.answer with data.mercat.bundle as {"rules": listed}
}

test_nothing_is_run_without_a_list_of_rules if {
	gate.answer.checked == [] with data.mercat.bundle as {"revision": "r7"}
}
