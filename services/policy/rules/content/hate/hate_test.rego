# METADATA
# title: Hate and abuse, tried
# description: Readings that found such words, and readings that did not.
package mercat.rules.content.hate_test

import data.mercat.rules.content.hate

test_quiet_where_nothing_was_found if {
	hate.reasons == set() with input.findings as {"wording": {"hate": 0}}
}

test_quiet_at_words_of_another_family if {
	hate.reasons == set() with input.findings as {"wording": {"hate": 0, "rumour": 3}}
}

test_loud_at_such_words if {
	some reason in hate.reasons with input.findings as {"wording": {"hate": 1}}
	reason.severity == "deny"
	reason.message == "content.hate"
	reason.parameters == {"count": 1}
}

test_loud_once_for_all_of_them if {
	count(hate.reasons) == 1 with input.findings as {"wording": {"hate": 4}}
}
