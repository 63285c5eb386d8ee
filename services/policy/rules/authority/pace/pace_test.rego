# METADATA
# title: Quota and pace, tried
# description: Accounts and authors within what they may say, and beyond it.
package mercat.rules.authority.pace_test

import data.mercat.rules.authority.pace

test_quiet_with_nothing_said if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_quiet_one_below_every_quota if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 9, "last_day": 49, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 4, "last_day": 19, "seconds_since_last": 60}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_quiet_at_the_end_of_the_pause if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 1, "last_day": 1, "seconds_since_last": 5}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_quiet_where_no_pause_is_asked_for if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 1, "last_day": 1, "seconds_since_last": 0}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_quiet_in_an_emergency if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "emergency", "pace": {"last_hour": 99, "last_day": 999, "seconds_since_last": 0}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 99, "last_day": 999, "seconds_since_last": 0}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_quiet_within_a_quota_of_its_own if {
	pace.reasons == set() with input.account as {"id": "library", "mode": "normal", "pace": {"last_hour": 1, "last_day": 3, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_loud_at_the_quota_of_an_account if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 10, "last_day": 10, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.account_quota"
	reason.parameters == {"window": "hour", "said": 10, "quota": 10}
	reason.sentence == "This account has asked for 10 acts in the last hour before this one; the quota is 10."
	reason.need == {"roles": ["governance"], "count": 1}
}

test_loud_at_the_quota_of_a_day if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 0, "last_day": 50, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.parameters.window == "day"
}

test_loud_at_the_quota_of_an_author if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 5, "last_day": 5, "seconds_since_last": 60}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.message == "authority.author_quota"
}

test_loud_over_a_quota_of_its_own if {
	some reason in pace.reasons with input.account as {"id": "library", "mode": "normal", "pace": {"last_hour": 2, "last_day": 2, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.parameters == {"window": "hour", "said": 2, "quota": 2}
}

test_loud_before_the_pause_is_over if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "normal", "pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 1, "last_day": 1, "seconds_since_last": 4}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.message == "authority.author_pause"
	reason.parameters == {"seconds": 4, "pause_seconds": 5}
	reason.severity == "hold"
}

test_loud_in_a_mode_that_is_none if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "urgent", "pace": {"last_hour": 10, "last_day": 10, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.message == "authority.account_quota"
}

test_loud_at_a_quota_of_the_register if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "normal", "quota": {"hour": 3}, "pace": {"last_hour": 3, "last_day": 3, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.parameters == {"window": "hour", "said": 3, "quota": 3}
}

test_quiet_below_a_quota_of_the_register if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "normal", "quota": {"hour": 3, "day": 7}, "pace": {"last_hour": 2, "last_day": 6, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}

test_loud_at_the_agreed_quota_whatever_the_register_says if {
	some reason in pace.reasons with input.account as {"id": "town", "mode": "normal", "quota": {"hour": 99, "day": 99}, "pace": {"last_hour": 10, "last_day": 10, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
	reason.parameters == {"window": "hour", "said": 10, "quota": 10}
}

test_quiet_where_the_register_sets_no_quota if {
	pace.reasons == set() with input.account as {"id": "town", "mode": "normal", "quota": {}, "pace": {"last_hour": 9, "last_day": 9, "seconds_since_last": 60}, "same_said": 0}
		with input.actor as {"pace": {"last_hour": 0, "last_day": 0, "seconds_since_last": 86400}}
		with data.mercat.data.authority.quotas as {"account": {"hour": 10, "day": 50, "pause_seconds": 0}, "author": {"hour": 5, "day": 20, "pause_seconds": 5}, "own": {"library": {"hour": 2, "day": 4, "pause_seconds": 60}}, "need": {"roles": ["governance"], "count": 1}}
}
