# METADATA
# title: Emoji, tried
# description: A few emoji, and more than that.
package mercat.rules.content.emoji_test

import data.mercat.rules.content.emoji

test_quiet_without_any if {
	emoji.reasons == set() with input.findings as {"emoji": 0, "emoji_in_a_row": 0}
		with data.mercat.data.limits as {"emoji_max": 4, "emoji_in_a_row_max": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_the_limit_of_all if {
	emoji.reasons == set() with input.findings as {"emoji": 4, "emoji_in_a_row": 1}
		with data.mercat.data.limits as {"emoji_max": 4, "emoji_in_a_row_max": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_the_limit_of_a_row if {
	emoji.reasons == set() with input.findings as {"emoji": 3, "emoji_in_a_row": 2}
		with data.mercat.data.limits as {"emoji_max": 4, "emoji_in_a_row_max": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_one_over_the_limit if {
	some reason in emoji.reasons with input.findings as {"emoji": 5, "emoji_in_a_row": 1}
		with data.mercat.data.limits as {"emoji_max": 4, "emoji_in_a_row_max": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.emoji_many"
	reason.parameters == {"count": 5, "limit": 4}
	reason.cure == "Keep 4 at most, and say the rest in words."
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_at_a_row if {
	some reason in emoji.reasons with input.findings as {"emoji": 3, "emoji_in_a_row": 3}
		with data.mercat.data.limits as {"emoji_max": 4, "emoji_in_a_row_max": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.emoji_row"
	reason.parameters == {"count": 3, "limit": 2}
	reason.cure == "Keep 2 in a row at most."
}

test_loud_once_where_a_row_is_too_many_in_all if {
	count(emoji.reasons) == 1 with input.findings as {"emoji": 9, "emoji_in_a_row": 9}
		with data.mercat.data.limits as {"emoji_max": 4, "emoji_in_a_row_max": 2}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
