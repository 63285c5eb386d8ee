# METADATA
# title: Trust, tried
# description: Acts of people on each level, that wait and that go.
package mercat.rules.authority.trust_test

import data.mercat.rules.authority.trust

test_quiet_about_whom_the_ladder_is_not_for if {
	trust.reasons == set() with input.actor as {"trust": null}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_later_act_to_somebody_known if {
	trust.reasons == set() with input.actor as {"trust": {"level": "first", "first_of_day": false, "first_to_person": false, "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_what_was_not_drawn if {
	trust.reasons == set() with input.actor as {"trust": {"level": "sampled", "first_of_day": false, "first_to_person": false, "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_the_edge_of_the_share if {
	trust.reasons == set() with input.actor as {"trust": {"level": "sampled", "first_of_day": false, "first_to_person": false, "draw": 25}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_first_act_where_a_share_is_drawn if {
	trust.reasons == set() with input.actor as {"trust": {"level": "sampled", "first_of_day": true, "first_to_person": true, "draw": 99}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_low_draw_where_first_acts_wait if {
	trust.reasons == set() with input.actor as {"trust": {"level": "first", "first_of_day": false, "first_to_person": false, "draw": 0}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_the_last_of_hundred if {
	trust.reasons == set() with input.actor as {"trust": {"level": "sampled", "first_of_day": false, "first_to_person": false, "draw": 99}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_second_act_of_the_day if {
	trust.reasons == set() with input.actor as {"trust": {"level": "first", "first_of_day": false, "first_to_person": false, "draw": 24}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
}

test_loud_about_every_act_of_a_beginner if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "every", "first_of_day": false, "first_to_person": false, "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.trust_every"
	reason.need == {"roles": ["approver"], "count": 1}
	reason.parameters == {"level": "every"}
}

test_loud_about_the_first_act_of_the_day if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "first", "first_of_day": true, "first_to_person": false, "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.trust_first_of_day"
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_about_the_first_act_to_a_person if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "first", "first_of_day": false, "first_to_person": true, "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.trust_first_to_person"
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_about_what_was_drawn if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "sampled", "first_of_day": false, "first_to_person": false, "draw": 24}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.trust_sampled"
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_about_the_lowest_draw if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "sampled", "first_of_day": false, "first_to_person": false, "draw": 0}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.trust_sampled"
}

test_loud_where_the_level_is_not_known if {
	some reason in trust.reasons with input.actor as {"trust": {"first_of_day": false, "first_to_person": false, "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.message == "authority.trust_every"
	reason.severity == "hold"
}

test_loud_where_it_is_not_known_what_is_first if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "first", "draw": 50}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
}

test_loud_after_the_fact if {
	some reason in trust.reasons with input.actor as {"trust": {"level": "after", "first_of_day": true, "first_to_person": true, "draw": 0}}
		with data.mercat.data.authority.trust as {"sampled_percent": 25, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "advice"
	reason.message == "authority.trust_after"
}
