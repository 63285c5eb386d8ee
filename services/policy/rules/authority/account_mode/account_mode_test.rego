# METADATA
# title: Account mode, tried
# description: Acts that an emergency or an election lets go, and acts that wait.
package mercat.rules.authority.account_mode_test

import data.mercat.rules.authority.account_mode

test_quiet_about_a_reply_in_a_normal_account if {
	account_mode.reasons == set() with input.account as {"mode": "normal"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_about_a_post_in_a_normal_account if {
	account_mode.reasons == set() with input.account as {"mode": "normal"}
		with input.act as {"kind": "statement"}
		with input.conversation as {"theme": null}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_about_party_politics_in_a_normal_account if {
	account_mode.reasons == set() with input.account as {"mode": "normal"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 1}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_about_answers_before_an_election if {
	account_mode.reasons == set() with input.account as {"mode": "pre-election"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_about_moderation_before_an_election if {
	account_mode.reasons == set() with input.account as {"mode": "pre-election"}
		with input.act as {"kind": "hide"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_in_an_account_that_is_halted if {
	account_mode.reasons == set() with input.account as {"mode": "halted"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_beside_the_consent_on_what_an_emergency_is_about if {
	{reason.message | some reason in account_mode.reasons} == {"authority.emergency_consent"} with input.account as {"mode": "emergency"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "floods"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_quiet_beside_the_consent_where_no_themes_are_listed if {
	{reason.message | some reason in account_mode.reasons} == {"authority.emergency_consent"} with input.account as {"mode": "emergency"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply"], "themes": [], "need": {"roles": ["governance"]}}}
}

test_quiet_beside_the_consent_on_what_has_no_theme if {
	{reason.message | some reason in account_mode.reasons} == {"authority.emergency_consent"} with input.account as {"mode": "emergency"}
		with input.act as {"kind": "statement"}
		with input.conversation as {"theme": null}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
}

test_loud_in_an_emergency_until_somebody_who_leads_agrees if {
	some reason in account_mode.reasons with input.account as {"mode": "emergency"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "floods"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
	reason.severity == "hold"
	reason.need == {"roles": ["duty-officer", "governance"], "count": 1}
}

test_loud_about_other_kinds_in_an_emergency if {
	some reason in account_mode.reasons with input.account as {"mode": "emergency"}
		with input.act as {"kind": "follow"}
		with input.conversation as {"theme": null}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
	reason.message == "authority.emergency_kind"
	not reason.need
}

test_loud_about_other_themes_in_an_emergency if {
	some reason in account_mode.reasons with input.account as {"mode": "emergency"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
	reason.message == "authority.emergency_theme"
	reason.parameters == {"theme": "bins"}
}

test_loud_about_a_campaign_before_an_election if {
	some reason in account_mode.reasons with input.account as {"mode": "pre-election"}
		with input.act as {"kind": "statement"}
		with input.conversation as {"theme": null}
		with input.findings as {"wording": {"party_politics": 0}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
	reason.severity == "hold"
	reason.message == "authority.pre_election_kind"
	reason.need == {"roles": ["governance"], "count": 1}
}

test_loud_about_party_politics_in_a_post_before_an_election if {
	some reason in account_mode.reasons with input.account as {"mode": "pre-election"}
		with input.act as {"kind": "statement"}
		with input.conversation as {"theme": null}
		with input.findings as {"wording": {"party_politics": 1}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
	reason.severity == "deny"
	reason.message == "authority.pre_election_post"
}

test_loud_about_party_politics_in_a_reply_before_an_election if {
	some reason in account_mode.reasons with input.account as {"mode": "pre-election"}
		with input.act as {"kind": "reply"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"wording": {"party_politics": 2}}
		with data.mercat.data.authority as {"emergency": {"kinds": ["reply", "statement"], "themes": ["floods"], "need": {"roles": ["duty-officer", "governance"], "count": 1}}, "pre_election": {"kinds_held": ["statement", "repost"], "need": {"roles": ["governance"], "count": 1}}}
	reason.severity == "hold"
	reason.message == "authority.pre_election_reply"
}
