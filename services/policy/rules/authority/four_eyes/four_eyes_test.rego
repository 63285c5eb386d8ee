# METADATA
# title: Four eyes, tried
# description: Consent that counts and consent that does not.
package mercat.rules.authority.four_eyes_test

import data.mercat.rules.authority.four_eyes

test_quiet_where_the_body_keeps_no_four_eyes if {
	four_eyes.reasons == set() with input.settings as {"one_officer": false, "four_eyes": false}
		with input.actor as {"id": "rowan"}
		with input.approvals as []
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
}

test_quiet_without_four_eyes_when_another_agreed if {
	four_eyes.reasons == set() with input.settings as {"one_officer": false, "four_eyes": false}
		with input.actor as {"id": "rowan"}
		with input.approvals as [{"approver": "alder"}]
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
}

test_quiet_without_four_eyes_when_the_one_officer_agreed if {
	four_eyes.reasons == set() with input.settings as {"one_officer": true, "four_eyes": false}
		with input.actor as {"id": "rowan"}
		with input.approvals as [{"approver": "rowan"}]
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_an_approval_by_somebody_of_like_name if {
	four_eyes.reasons == set() with input.settings as {"one_officer": false, "four_eyes": false}
		with input.actor as {"id": "rowan"}
		with input.approvals as [{"approver": "rowan2"}, {"approver": "Rowan"}]
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
}

test_loud_until_somebody_else_agrees if {
	some reason in four_eyes.reasons with input.settings as {"one_officer": false, "four_eyes": true}
		with input.actor as {"id": "rowan"}
		with input.approvals as []
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 2}}
	reason.severity == "hold"
	reason.message == "authority.second_person"
	reason.need == {"roles": ["approver"], "count": 2}
}

test_loud_at_an_approval_by_the_author if {
	some reason in four_eyes.reasons with input.settings as {"one_officer": false, "four_eyes": false}
		with input.actor as {"id": "rowan"}
		with input.approvals as [{"approver": "alder"}, {"approver": "rowan"}]
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
	reason.severity == "deny"
	reason.message == "authority.own_approval"
}

test_loud_until_the_one_officer_consents if {
	some reason in four_eyes.reasons with input.settings as {"one_officer": true, "four_eyes": true}
		with input.actor as {"id": "rowan"}
		with input.approvals as [{"approver": "rowan"}]
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.one_officer"
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_once_for_one_officer if {
	count(four_eyes.reasons) == 1 with input.settings as {"one_officer": true, "four_eyes": true}
		with input.actor as {"id": "rowan"}
		with input.approvals as [{"approver": "rowan"}]
		with data.mercat.data.approvals as {"second_person": {"roles": ["approver"], "count": 1}}
}
