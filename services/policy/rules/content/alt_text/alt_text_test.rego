# METADATA
# title: Alt text, tried
# description: Pictures that are described, and pictures that are not.
package mercat.rules.content.alt_text_test

import data.mercat.rules.content.alt_text

test_quiet_without_a_picture if {
	alt_text.reasons == set() with input.findings as {"media": 0, "media_without_alt": 0, "alts_poor": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_pictures_that_are_described if {
	alt_text.reasons == set() with input.findings as {"media": 4, "media_without_alt": 0, "alts_poor": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_that_speak_of_a_picture if {
	alt_text.reasons == set() with input.act as {"text": "image"}
		with input.findings as {"media_without_alt": 0, "alts_poor": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_a_picture_without_a_description if {
	some reason in alt_text.reasons with input.findings as {"media_without_alt": 1, "alts_poor": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.alt_missing"
	reason.parameters == {"count": 1}
}

test_loud_at_a_description_that_says_nothing if {
	some reason in alt_text.reasons with input.findings as {"media_without_alt": 0, "alts_poor": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.alt_poor"
	reason.parameters == {"count": 2}
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_at_both_each_for_itself if {
	count(alt_text.reasons) == 2 with input.findings as {"media_without_alt": 1, "alts_poor": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
