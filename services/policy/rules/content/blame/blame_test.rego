# METADATA
# title: Blame, tried
# description: Readings that found such words, and readings that did not.
package mercat.rules.content.blame_test

import data.mercat.rules.content.blame

test_quiet_where_nothing_was_found if {
	blame.reasons == set() with input.findings as {"wording": {"blame": 0}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_of_another_family if {
	blame.reasons == set() with input.findings as {"wording": {"blame": 0, "hate": 3}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_such_words if {
	some reason in blame.reasons with input.findings as {"wording": {"blame": 1}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.blame"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["approver"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(blame.reasons) == 1 with input.findings as {"wording": {"blame": 4}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
