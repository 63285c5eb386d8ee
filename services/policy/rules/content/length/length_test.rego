# METADATA
# title: Length, tried
# description: Texts that a platform takes, and texts that it does not.
package mercat.rules.content.length_test

import data.mercat.rules.content.length

test_quiet_without_words if {
	length.reasons == set() with input.account.limits as {"kind": "graphemes", "limit": 500}
		with input.findings as {"length": 0, "is_too_long": false}
}

test_quiet_at_the_limit if {
	length.reasons == set() with input.account.limits as {"kind": "graphemes", "limit": 500}
		with input.findings as {"length": 500, "is_too_long": false}
}

test_quiet_though_it_has_more_characters_than_the_platform_counts if {
	length.reasons == set() with input.account.limits as {"kind": "graphemes", "limit": 500}
		with input.act as {"length": 900}
		with input.findings as {"length": 500, "is_too_long": false}
}

test_loud_one_over_the_limit if {
	some reason in length.reasons with input.account.limits as {"kind": "graphemes", "limit": 500}
		with input.findings as {"length": 501, "is_too_long": true}
	reason.severity == "deny"
	reason.message == "content.too_long"
	reason.parameters == {"length": 501, "limit": 500, "kind": "graphemes"}
	reason.sentence == "It is 501 graphemes long, and the platform takes 500."
	reason.cure == "Take out at least 1."
}

test_loud_once_when_both_measures_say_so if {
	count(length.reasons) == 1 with input.account.limits as {"kind": "characters", "limit": 300}
		with input.findings as {"length": 400, "is_too_long": true}
}

test_loud_when_the_platform_counts_something_else_besides if {
	some reason in length.reasons with input.account.limits as {"kind": "graphemes", "limit": 300}
		with input.findings as {"length": 200, "is_too_long": true}
	reason.severity == "deny"
	reason.message == "content.too_heavy"
}
