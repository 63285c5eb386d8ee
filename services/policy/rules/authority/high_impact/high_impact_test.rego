# METADATA
# title: High impact, tried
# description: Acts that take two approvers, and acts that look alike and do not.
package mercat.rules.authority.high_impact_test

import data.mercat.rules.authority.high_impact

test_quiet_about_an_ordinary_reply if {
	high_impact.reasons == set() with input.act as {"kind": "reply"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
}

test_quiet_about_a_reply_with_a_link_elsewhere if {
	high_impact.reasons == set() with input.act as {"kind": "reply"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 2}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
}

test_quiet_about_a_post_without_links if {
	high_impact.reasons == set() with input.act as {"kind": "statement"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": null}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
}

test_quiet_about_a_post_with_a_link_where_that_is_switched_off if {
	high_impact.reasons == set() with input.act as {"kind": "statement"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": null}
		with input.findings as {"links_elsewhere": 1}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": false, "need": {"roles": ["approver", "governance"], "count": 2}}
}

test_quiet_before_an_election if {
	high_impact.reasons == set() with input.act as {"kind": "reply"}
		with input.account as {"id": "town", "mode": "pre-election"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
}

test_quiet_about_an_account_of_like_name if {
	high_impact.reasons == set() with input.act as {"kind": "reply"}
		with input.account as {"id": "mayor-office", "mode": "normal"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
}

test_loud_about_what_cannot_be_taken_back if {
	some reason in high_impact.reasons with input.act as {"kind": "delete"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
	reason.severity == "hold"
	reason.message == "authority.high_impact"
	reason.parameters == {"class": "kind"}
	reason.need == {"roles": ["approver", "governance"], "count": 2}
}

test_loud_about_a_post_with_a_link_elsewhere if {
	some reason in high_impact.reasons with input.act as {"kind": "statement"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": null}
		with input.findings as {"links_elsewhere": 1}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
	reason.parameters == {"class": "link"}
}

test_loud_on_a_sensitive_theme if {
	some reason in high_impact.reasons with input.act as {"kind": "reply"}
		with input.account as {"id": "town", "mode": "normal"}
		with input.conversation as {"theme": "social-care"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
	reason.parameters == {"class": "theme"}
}

test_loud_as_an_account_that_is_listed if {
	some reason in high_impact.reasons with input.act as {"kind": "reply"}
		with input.account as {"id": "mayor", "mode": "normal"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
	reason.parameters == {"class": "account"}
}

test_loud_in_an_emergency_where_one_officer_will_do if {
	some reason in high_impact.reasons with input.act as {"kind": "reply"}
		with input.account as {"id": "town", "mode": "emergency"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": true}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
	reason.parameters == {"class": "mode"}
	reason.need.count == 1
}

test_loud_once_for_each_class if {
	count(high_impact.reasons) == 3 with input.act as {"kind": "delete"}
		with input.account as {"id": "mayor", "mode": "emergency"}
		with input.conversation as {"theme": "bins"}
		with input.findings as {"links_elsewhere": 0}
		with input.settings as {"one_officer": false}
		with data.mercat.data.authority.high_impact as {"modes": ["emergency"], "kinds": ["delete", "block"], "themes": ["social-care"], "accounts": ["mayor"], "posts_with_links_elsewhere": true, "need": {"roles": ["approver", "governance"], "count": 2}}
}
