# METADATA
# title: Facts about a person, tried
# description: Readings that found facts of a person, and readings that did not.
package mercat.rules.content.facts_about_a_person_test

import data.mercat.rules.content.facts_about_a_person as facts

test_quiet_where_nothing_was_found if {
	facts.reasons == set() with input.findings as {"wording": {
		"about_benefits": 0,
		"about_citizen": 0,
		"about_health": 0,
		"about_immigration": 0,
		"about_offence": 0,
	}}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_words_of_another_family if {
	facts.reasons == set() with input.findings as {"wording": {
		"about_benefits": 0,
		"about_citizen": 0,
		"about_health": 0,
		"about_immigration": 0,
		"about_offence": 0,
		"hate": 2,
	}}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_text_that_speaks_of_health if {
	facts.reasons == set() with input.act as {"text": "Clinics are on Tuesdays."}
		with input.findings as {"wording": {
			"about_benefits": 0,
			"about_citizen": 0,
			"about_health": 0,
			"about_immigration": 0,
			"about_offence": 0,
		}}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_at_the_health_of_a_third_person if {
	some reason in facts.reasons with input.findings as {"wording": {
		"about_benefits": 0,
		"about_citizen": 0,
		"about_health": 2,
		"about_immigration": 0,
		"about_offence": 0,
	}}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "deny"
	reason.message == "content.facts_about_a_person"
	reason.parameters == {"kind": "about_health", "count": 2}
	reason.sentence == "It tells everybody about the health of a person."
}

test_loud_at_the_circumstances_of_the_person_answered if {
	some reason in facts.reasons with input.findings as {"wording": {
		"about_benefits": 0,
		"about_citizen": 1,
		"about_health": 0,
		"about_immigration": 0,
		"about_offence": 0,
	}}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 2}}
	reason.severity == "hold"
	reason.parameters == {"kind": "about_citizen", "count": 1}
	reason.need == {"roles": ["approver"], "count": 2}
}

test_loud_once_for_each_sort if {
	count(facts.reasons) == 5 with input.findings as {"wording": {
		"about_benefits": 1,
		"about_citizen": 1,
		"about_health": 1,
		"about_immigration": 1,
		"about_offence": 1,
	}}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
