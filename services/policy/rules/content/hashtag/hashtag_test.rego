# METADATA
# title: Hashtag, tried
# description: Hashtags that cannot be read out, and hashtags that can.
package mercat.rules.content.hashtag_test

import data.mercat.rules.content.hashtag

test_quiet_where_there_is_none if {
	hashtag.reasons == set() with input.findings as {"hashtags_run_together": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_other_findings if {
	hashtag.reasons == set() with input.findings as {"hashtags_run_together": 0, "emoji": 9, "links": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_that_only_speak_of_it if {
	hashtag.reasons == set() with input.act as {"text": "A hashtag helps."}
		with input.findings as {"hashtags_run_together": 0}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_one if {
	some reason in hashtag.reasons with input.findings as {"hashtags_run_together": 1}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.hashtag"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_once_for_several if {
	count(hashtag.reasons) == 1 with input.findings as {"hashtags_run_together": 4}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
