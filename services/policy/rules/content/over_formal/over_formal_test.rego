# METADATA
# title: Officialese, tried
# description: Readings that found some of it, and readings that found none.
package mercat.rules.content.over_formal_test

import data.mercat.rules.content.over_formal

test_quiet_where_nothing_was_found if {
	over_formal.reasons == set() with input.findings.wording as {"over_formal": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_what_belongs_to_another_rule if {
	over_formal.reasons == set() with input.findings.wording as {"over_formal": 0, "anger": 3}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_one if {
	some reason in over_formal.reasons with input.findings.wording as {"over_formal": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["governance"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.over_formal"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["governance"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(over_formal.reasons) == 1 with input.findings.wording as {"over_formal": 4}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
