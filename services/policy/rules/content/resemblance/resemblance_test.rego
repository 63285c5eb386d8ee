# METADATA
# title: Resemblance, tried
# description: A draft that reads like those stopped before, and others.
package mercat.rules.content.resemblance_test

import data.mercat.rules.content.resemblance

need := {"roles": ["approver"], "count": 1}

test_quiet_on_what_resembles_nothing if {
	resemblance.reasons == set() with input.findings as {"wording": {"resemblance": 0}}
}

test_quiet_whatever_else_is_found if {
	resemblance.reasons == set() with input.findings as {"wording": {"resemblance": 0, "blame": 2}}
}

test_loud_on_what_resembles_a_fault if {
	some reason in resemblance.reasons with input.findings as {"wording": {"resemblance": 1}}
		with data.mercat.data.approvals as {"content": need}
	reason.severity == "hold"
	reason.need == need
}

test_loud_once_for_text_and_description if {
	count(resemblance.reasons) == 1 with input.findings as {"wording": {"resemblance": 2}}
		with data.mercat.data.approvals as {"content": need}
}
