# METADATA
# title: Link off the list, tried
# description: Links to strange hosts, and links that are no matter.
package mercat.rules.content.link_elsewhere_test

import data.mercat.rules.content.link_elsewhere

test_quiet_where_there_is_none if {
	link_elsewhere.reasons == set() with input.findings as {"links_elsewhere": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_other_findings if {
	link_elsewhere.reasons == set() with input.findings as {"links_elsewhere": 0, "links": 3, "links_shortened": 1, "links_lookalike": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_that_only_speak_of_it if {
	link_elsewhere.reasons == set() with input.act as {"text": "Look at the site of the club."}
		with input.findings as {"links_elsewhere": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_one if {
	some reason in link_elsewhere.reasons with input.findings as {"links_elsewhere": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.link_elsewhere"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_once_for_several if {
	count(link_elsewhere.reasons) == 1 with input.findings as {"links_elsewhere": 4}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
