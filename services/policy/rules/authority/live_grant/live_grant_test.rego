# METADATA
# title: Live grant, tried
# description: Authors without leave, and some alike who have it.
package mercat.rules.authority.live_grant_test

import data.mercat.rules.authority.live_grant

test_quiet_under_a_grant_without_end if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "ends_at": null}}
}

test_quiet_a_second_before_the_end if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "ends_at": 1764194401}}
}

test_quiet_whatever_the_kind_of_act if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "delete", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "ends_at": null}}
}

test_quiet_for_somebody_without_roles if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.actor as {"active": true, "roles": [], "grant": {"live": true, "in_scope": true, "ends_at": null}}
}

test_quiet_at_the_beginning_of_time if {
	live_grant.reasons == set() with input.now as 0
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "ends_at": 1}}
}

test_loud_without_a_grant if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": null}
	reason.severity == "deny"
	reason.message == "authority.no_grant"
	reason.sentence == "This person has no grant for this kind of act (reply) as town."
}

test_loud_for_somebody_who_has_left if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.actor as {"active": false, "grant": {"live": true, "in_scope": true, "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.person_inactive"
}

test_loud_under_a_grant_that_is_not_live if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.actor as {"active": true, "grant": {"live": false, "in_scope": true, "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.grant_not_live"
}

test_loud_at_the_very_end if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "ends_at": 1764194400}}
	reason.message == "authority.grant_not_live"
}

test_loud_out_of_scope if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "delete", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_scope"
}

test_quiet_within_every_limit if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "statement", "account": "town", "theme": "bins"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "takeover", "ends_at": null}}
}

test_quiet_under_a_grant_of_a_rota if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town", "theme": null}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "rota", "ends_at": 1764194401}}
}

test_quiet_under_a_grant_of_a_takeover_about_nothing_known if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "statement", "account": "town", "theme": null}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "takeover", "ends_at": 1764194401}}
}

test_quiet_under_a_grant_for_moderation if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "hide", "account": "town", "theme": "bins"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "standing", "ends_at": 1764194401}}
}

test_quiet_under_a_grant_whatever_the_theme if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town", "theme": "trees"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "standing", "ends_at": 1764194401}}
}

test_quiet_under_a_grant_with_an_end_to_come if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town", "theme": "bins"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "rota", "ends_at": 1764194401}}
}

test_quiet_under_a_grant_for_a_profile if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "profile", "account": "town", "theme": null}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "standing", "ends_at": 1764194401}}
}

test_loud_out_of_the_kinds if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "kind"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_scope"
}

test_loud_out_of_the_themes if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "theme"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_theme"
}

test_loud_out_of_the_hours if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "hours"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_hours"
}

test_loud_in_another_language if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "language"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_language"
}

test_loud_about_whom_it_answers if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "answers"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_answers"
}

test_loud_over_a_quota_of_the_hour if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "quota_hour"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.grant_quota_hour"
}

test_loud_over_a_quota_of_the_day if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown", "quota_day"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.grant_quota_day"
}

test_quiet_about_the_theme_where_it_is_known if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "statement", "account": "town", "theme": "bins"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "ends_at": null}}
		with data.mercat.data.authority.theme_unknown as {"need": {"roles": ["duty-officer"], "count": 1}}
}

test_loud_where_nobody_can_tell_the_theme if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "statement", "account": "town", "theme": null}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["theme_unknown"], "ends_at": null}}
		with data.mercat.data.authority.theme_unknown as {"need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.theme_unknown"
	reason.need == {"roles": ["duty-officer"], "count": 1}
}

test_loud_out_of_a_limit_that_nobody_knows if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["weather"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.out_of_scope"
}

test_loud_where_the_scope_is_said_otherwise_than_the_limits if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": ["hours"], "ends_at": null}}
	reason.message == "authority.out_of_hours"
}

test_quiet_for_a_curator if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "statement", "account": "town", "theme": "harbour"}
		with input.actor as {"active": true, "roles": ["curator"], "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "takeover", "ends_at": 1764194401}}
}

test_quiet_where_nothing_is_said_of_limits if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "library"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "ends_at": 1764194401}}
}

test_loud_without_the_initials_that_are_asked_for if {
	some reason in live_grant.reasons with input.now as 1764194400
		with input.act as {"kind": "reply", "account": "town"}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": false, "out_of": ["initials"], "ends_at": null}}
	reason.severity == "deny"
	reason.message == "authority.unsigned"
}

test_quiet_under_a_grant_of_whoever_signed if {
	live_grant.reasons == set() with input.now as 1764194400
		with input.act as {"kind": "statement", "account": "library", "theme": null}
		with input.actor as {"active": true, "grant": {"live": true, "in_scope": true, "out_of": [], "origin": "rota", "ends_at": 1764194500}}
}
