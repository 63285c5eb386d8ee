# METADATA
# title: Shortened link, tried
# description: Links that hide where they lead, and links that do not.
package mercat.rules.content.link_shortened_test

import data.mercat.rules.content.link_shortened

test_quiet_where_there_is_none if {
	link_shortened.reasons == set() with input.findings as {"links_shortened": 0}
}

test_quiet_at_other_findings if {
	link_shortened.reasons == set() with input.findings as {"links_shortened": 0, "links": 3, "links_elsewhere": 1, "links_lookalike": 1}
}

test_quiet_at_words_that_only_speak_of_it if {
	link_shortened.reasons == set() with input.act as {"text": "The link is short."}
		with input.findings as {"links_shortened": 0}
}

test_loud_at_one if {
	some reason in link_shortened.reasons with input.findings as {"links_shortened": 1}
	reason.severity == "deny"
	reason.message == "content.link_shortened"
	reason.parameters == {"count": 1}
}

test_loud_once_for_several if {
	count(link_shortened.reasons) == 1 with input.findings as {"links_shortened": 4}
}
