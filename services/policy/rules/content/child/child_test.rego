# METADATA
# title: A child identified, tried
# description: Readings that found such words, and readings that did not.
package mercat.rules.content.child_test

import data.mercat.rules.content.child

test_quiet_where_nothing_was_found if {
	child.reasons == set() with input.findings as {"wording": {"child": 0}}
}

test_quiet_at_words_of_another_family if {
	child.reasons == set() with input.findings as {"wording": {"child": 0, "hate": 3}}
}

test_loud_at_such_words if {
	some reason in child.reasons with input.findings as {"wording": {"child": 1}}
	reason.severity == "deny"
	reason.message == "content.child"
	reason.parameters == {"count": 1}
}

test_loud_once_for_all_of_them if {
	count(child.reasons) == 1 with input.findings as {"wording": {"child": 4}}
}
