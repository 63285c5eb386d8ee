# METADATA
# title: Rumour, tried
# description: Readings that found such words, and readings that did not.
package mercat.rules.content.rumour_test

import data.mercat.rules.content.rumour

test_quiet_where_nothing_was_found if {
	rumour.reasons == set() with input.findings as {"wording": {"rumour": 0}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_of_another_family if {
	rumour.reasons == set() with input.findings as {"wording": {"rumour": 0, "hate": 3}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_such_words if {
	some reason in rumour.reasons with input.findings as {"wording": {"rumour": 1}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.rumour"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["approver"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(rumour.reasons) == 1 with input.findings as {"wording": {"rumour": 4}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
