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
