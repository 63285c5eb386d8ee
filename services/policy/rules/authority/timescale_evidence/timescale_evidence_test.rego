# METADATA
# title: What closed cases support, tried
# description: Promised times that closed cases bear out, and times they do not.
package mercat.rules.authority.timescale_evidence_test

import data.mercat.rules.authority.timescale_evidence

test_quiet_where_no_time_is_promised if {
	timescale_evidence.reasons == set() with input.findings as {"timescale_days_min": null}
		with input.evidence as {"closed_cases": 30, "closed_days_p80": 40}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_time_that_cases_were_closed_in if {
	timescale_evidence.reasons == set() with input.findings as {"timescale_days_min": 2}
		with input.evidence as {"closed_cases": 30, "closed_days_p80": 2}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_longer_time_than_cases_took if {
	timescale_evidence.reasons == set() with input.findings as {"timescale_days_min": 10}
		with input.evidence as {"closed_cases": 30, "closed_days_p80": 2}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_the_published_standard_where_cases_are_few if {
	timescale_evidence.reasons == set() with input.findings as {"timescale_days_min": 5}
		with input.evidence as {"closed_cases": 19, "closed_days_p80": 40}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
}

test_quiet_about_a_shorter_time_than_published_where_cases_bear_it_out if {
	timescale_evidence.reasons == set() with input.findings as {"timescale_days_min": 2}
		with input.evidence as {"closed_cases": 20, "closed_days_p80": 1}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
}

test_loud_about_a_time_shorter_than_cases_took if {
	some reason in timescale_evidence.reasons with input.findings as {"timescale_days_min": 2}
		with input.evidence as {"closed_cases": 30, "closed_days_p80": 9}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.timescale_beats_cases"
	reason.parameters == {"promised_days": 2, "closed_days": 9, "closed_cases": 30}
	reason.sentence == "It promises something within 2 days; cases like it took up to 9 days."
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_about_one_day_too_few if {
	some reason in timescale_evidence.reasons with input.findings as {"timescale_days_min": 1}
		with input.evidence as {"closed_cases": 30, "closed_days_p80": 2}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
	reason.sentence == "It promises something within 1 day; cases like it took up to 2 days."
}

test_loud_about_less_than_the_published_standard_where_cases_are_few if {
	some reason in timescale_evidence.reasons with input.findings as {"timescale_days_min": 4}
		with input.evidence as {"closed_cases": 19, "closed_days_p80": 1}
		with input.conversation as {"team": "waste"}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.timescale_beats_standard"
	reason.parameters == {"promised_days": 4, "standard_days": 5}
}

test_loud_as_advice_where_there_is_nothing_to_measure_by if {
	some reason in timescale_evidence.reasons with input.findings as {"timescale_days_min": 2}
		with input.evidence as {"closed_cases": 0, "closed_days_p80": 0}
		with input.conversation as {"team": null}
		with data.mercat.data.authority.closed_cases as {"cases_min": 20, "standard_days": {"waste": 5, "roads": 1}, "need": {"roles": ["approver"], "count": 1}}
	reason.severity == "advice"
	reason.message == "authority.timescale_unmeasured"
}
