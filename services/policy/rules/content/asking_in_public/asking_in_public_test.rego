# METADATA
# title: Asking in public, tried
# description: Readings that found such words, and readings that did not.
package mercat.rules.content.asking_in_public_test

import data.mercat.rules.content.asking_in_public

test_quiet_where_nothing_was_found if {
	asking_in_public.reasons == set() with input.findings as {"wording": {"asking_in_public": 0}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_of_another_family if {
	asking_in_public.reasons == set() with input.findings as {"wording": {"asking_in_public": 0, "hate": 3}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_such_words if {
	some reason in asking_in_public.reasons with input.findings as {"wording": {"asking_in_public": 1}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.asking_in_public"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["approver"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(asking_in_public.reasons) == 1 with input.findings as {"wording": {"asking_in_public": 4}} with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
