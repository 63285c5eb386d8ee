# METADATA
# title: Moderation, tried
# description: What curators and staff do to posts, people and the profile.
package mercat.rules.authority.moderation_test

import data.mercat.rules.authority.moderation

test_quiet_about_words_of_a_curator if {
	moderation.reasons == set() with input.act as {"kind": "statement"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": {"out_of": [], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_answers_of_a_curator if {
	moderation.reasons == set() with input.act as {"kind": "reply"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": {"out_of": ["kind"], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_passing_on if {
	moderation.reasons == set() with input.act as {"kind": "repost"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": {"out_of": [], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_staff_who_hide if {
	moderation.reasons == set() with input.act as {"kind": "hide"}
		with input.actor as {"id": "curt", "roles": ["team-member"], "grant": {"out_of": [], "origin": "standing"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_staff_on_a_rota_who_block if {
	moderation.reasons == set() with input.act as {"kind": "block"}
		with input.actor as {"id": "curt", "roles": ["team-member"], "grant": {"out_of": [], "origin": "rota"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_staff_who_change_the_profile if {
	moderation.reasons == set() with input.act as {"kind": "profile"}
		with input.actor as {"id": "curt", "roles": ["duty-officer"], "grant": {"out_of": ["kind"], "origin": "standing"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_the_one_officer if {
	moderation.reasons == set() with input.act as {"kind": "delete"}
		with input.actor as {"id": "curt", "roles": ["governance"], "grant": {"out_of": [], "origin": "standing"}}
		with input.settings as {"one_officer": true}
		with input.approvals as [{"approver": "curt"}]
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_somebody_without_a_grant if {
	moderation.reasons == set() with input.act as {"kind": "mute"}
		with input.actor as {"id": "curt", "roles": ["team-member"], "grant": null}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
}

test_loud_about_a_curator_who_blocks if {
	some reason in moderation.reasons with input.act as {"kind": "block"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": {"out_of": ["kind"], "origin": "standing"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "deny"
	reason.message == "authority.moderation_closed"
}

test_loud_about_a_curator_who_follows_no_more if {
	some reason in moderation.reasons with input.act as {"kind": "unfollow"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": {"out_of": ["kind", "hours"], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "deny"
	reason.message == "authority.moderation_closed"
}

test_loud_about_staff_in_a_takeover_who_pin if {
	some reason in moderation.reasons with input.act as {"kind": "pin"}
		with input.actor as {"id": "curt", "roles": ["team-member"], "grant": {"out_of": ["kind"], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "deny"
	reason.message == "authority.moderation_closed"
}

test_loud_about_a_curator_without_a_grant if {
	some reason in moderation.reasons with input.act as {"kind": "hide"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": null}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "deny"
	reason.message == "authority.moderation_closed"
}

test_loud_about_a_kind_that_the_grant_names if {
	some reason in moderation.reasons with input.act as {"kind": "hide"}
		with input.actor as {"id": "curt", "roles": ["curator"], "grant": {"out_of": [], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.moderation"
	reason.need == {"roles": ["duty-officer"], "count": 1}
}

test_loud_about_a_kind_named_to_staff_in_a_takeover if {
	some reason in moderation.reasons with input.act as {"kind": "profile"}
		with input.actor as {"id": "curt", "roles": ["team-member"], "grant": {"out_of": [], "origin": "takeover"}}
		with input.settings as {"one_officer": false}
		with input.approvals as []
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.moderation"
	reason.need == {"roles": ["duty-officer"], "count": 1}
}

test_loud_about_ones_own_consent_as_the_one_officer if {
	some reason in moderation.reasons with input.act as {"kind": "hide"}
		with input.actor as {"id": "curt", "roles": ["curator", "governance"], "grant": {"out_of": [], "origin": "standing"}}
		with input.settings as {"one_officer": true}
		with input.approvals as [{"approver": "curt"}]
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.moderation_own"
}

test_loud_about_consent_of_another_too_until_it_is_counted if {
	some reason in moderation.reasons with input.act as {"kind": "hide"}
		with input.actor as {"id": "curt", "roles": ["curator", "governance"], "grant": {"out_of": [], "origin": "standing"}}
		with input.settings as {"one_officer": true}
		with input.approvals as [{"approver": "curt"}, {"approver": "dora"}]
		with data.mercat.data.authority.moderation as {"kinds_open": ["statement", "reply", "repost"], "roles": ["curator"], "origins": ["takeover"], "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.moderation"
	reason.need == {"roles": ["duty-officer"], "count": 1}
}
