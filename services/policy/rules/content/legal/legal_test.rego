# METADATA
# title: Legal opinion, tried
# description: Readings that found some of it, and readings that found none.
package mercat.rules.content.legal_test

import data.mercat.rules.content.legal

test_quiet_where_nothing_was_found if {
	legal.reasons == set() with input.findings.wording as {"legal": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_what_belongs_to_another_rule if {
	legal.reasons == set() with input.findings.wording as {"legal": 0, "liability": 3}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_one if {
	some reason in legal.reasons with input.findings.wording as {"legal": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["governance"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.legal"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["governance"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(legal.reasons) == 1 with input.findings.wording as {"legal": 4}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
