# METADATA
# title: Look-alike link, tried
# description: Hosts that pass for others, and hosts that do not.
package mercat.rules.content.link_lookalike_test

import data.mercat.rules.content.link_lookalike

test_quiet_where_there_is_none if {
	link_lookalike.reasons == set() with input.findings as {"links_lookalike": 0}
}

test_quiet_at_other_findings if {
	link_lookalike.reasons == set() with input.findings as {"links_lookalike": 0, "links": 3, "links_elsewhere": 1, "links_shortened": 1}
}

test_quiet_at_words_that_only_speak_of_it if {
	link_lookalike.reasons == set() with input.act as {"text": "Beware of sites that look like ours."}
		with input.findings as {"links_lookalike": 0}
}

test_loud_at_one if {
	some reason in link_lookalike.reasons with input.findings as {"links_lookalike": 1}
	reason.severity == "deny"
	reason.message == "content.link_lookalike"
	reason.parameters == {"count": 1}
}

test_loud_once_for_several if {
	count(link_lookalike.reasons) == 1 with input.findings as {"links_lookalike": 4}
}
