# METADATA
# title: The same thing just said, tried
# description: Texts that are new, and texts that were said before.
package mercat.rules.authority.same_text_test

import data.mercat.rules.authority.same_text

test_quiet_about_what_was_never_said if {
	same_text.reasons == set() with input.conversation as {"same_said": 0}
		with input.account as {"mode": "normal", "same_said": 0}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 0, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_what_was_said_to_a_few_others if {
	same_text.reasons == set() with input.conversation as {"same_said": 0}
		with input.account as {"mode": "normal", "same_said": 2}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 0, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_what_many_are_told_in_an_emergency if {
	same_text.reasons == set() with input.conversation as {"same_said": 0}
		with input.account as {"mode": "emergency", "same_said": 40}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 0, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_where_saying_it_twice_is_allowed if {
	same_text.reasons == set() with input.conversation as {"same_said": 1}
		with input.account as {"mode": "normal", "same_said": 0}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 1, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
}

test_loud_about_what_was_said_in_this_conversation if {
	some reason in same_text.reasons with input.conversation as {"same_said": 1}
		with input.account as {"mode": "normal", "same_said": 0}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 0, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.same_in_conversation"
	reason.parameters == {"said": 1}
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_about_what_was_said_to_many if {
	some reason in same_text.reasons with input.conversation as {"same_said": 0}
		with input.account as {"mode": "normal", "same_said": 3}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 0, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.same_in_account"
	reason.parameters == {"said": 3}
}

test_loud_in_one_conversation_even_in_an_emergency if {
	some reason in same_text.reasons with input.conversation as {"same_said": 1}
		with input.account as {"mode": "emergency", "same_said": 0}
		with data.mercat.data.authority.same_text as {"in_conversation_max": 0, "in_account_hour_max": 3, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.same_in_conversation"
}
