# METADATA
# title: Veiled text, tried
# description: Texts that are not what they look like, and texts that are.
package mercat.rules.content.veil_test

import data.mercat.rules.content.veil

test_quiet_where_there_is_none if {
	veil.reasons == set() with input.findings as {"veils": 0}
}

test_quiet_at_other_findings if {
	veil.reasons == set() with input.findings as {"veils": 0, "emoji": 9, "alts_poor": 1}
}

test_quiet_at_words_that_only_speak_of_it if {
	veil.reasons == set() with input.act as {"text": "The sign was turned round."}
		with input.findings as {"veils": 0}
}

test_loud_at_one if {
	some reason in veil.reasons with input.findings as {"veils": 1}
	reason.severity == "deny"
	reason.message == "content.veil"
	reason.parameters == {"count": 1}
}

test_loud_once_for_several if {
	count(veil.reasons) == 1 with input.findings as {"veils": 4}
}
