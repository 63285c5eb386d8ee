# METADATA
# title: Hard to read, tried
# description: Readings that found some of it, and readings that found none.
package mercat.rules.content.hard_to_read_test

import data.mercat.rules.content.hard_to_read

test_quiet_where_nothing_was_found if {
	hard_to_read.reasons == set() with input.findings.wording as {"hard_to_read": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_what_belongs_to_another_rule if {
	hard_to_read.reasons == set() with input.findings.wording as {"hard_to_read": 0, "anger": 3}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_one if {
	some reason in hard_to_read.reasons with input.findings.wording as {"hard_to_read": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["governance"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.hard_to_read"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["governance"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(hard_to_read.reasons) == 1 with input.findings.wording as {"hard_to_read": 4}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
