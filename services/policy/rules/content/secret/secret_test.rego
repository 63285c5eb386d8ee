# METADATA
# title: Secrets of the house, tried
# description: Readings that found such words, and readings that did not.
package mercat.rules.content.secret_test

import data.mercat.rules.content.secret

test_quiet_where_nothing_was_found if {
	secret.reasons == set() with input.findings as {"wording": {"secret": 0}}
}

test_quiet_at_words_of_another_family if {
	secret.reasons == set() with input.findings as {"wording": {"secret": 0, "hate": 3}}
}

test_loud_at_such_words if {
	some reason in secret.reasons with input.findings as {"wording": {"secret": 1}}
	reason.severity == "deny"
	reason.message == "content.secret"
	reason.parameters == {"count": 1}
}

test_loud_once_for_all_of_them if {
	count(secret.reasons) == 1 with input.findings as {"wording": {"secret": 4}}
}
