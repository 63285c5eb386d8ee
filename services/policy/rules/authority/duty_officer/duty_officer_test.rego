# METADATA
# title: Duty officer, tried
# description: Acts in and out of hours, by people on duty and by others.
package mercat.rules.authority.duty_officer_test

import data.mercat.rules.authority.duty_officer

test_quiet_while_the_offices_are_open if {
	duty_officer.reasons == set() with input.settings as {"in_hours": true}
		with input.actor as {"roles": ["team-member"]}
		with data.mercat.data.authority.duty_officer as {"required_outside_hours": true, "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_about_what_a_duty_officer_writes if {
	duty_officer.reasons == set() with input.settings as {"in_hours": false}
		with input.actor as {"roles": ["duty-officer", "team-member"]}
		with data.mercat.data.authority.duty_officer as {"required_outside_hours": true, "need": {"roles": ["duty-officer"], "count": 1}}
}

test_quiet_where_no_duty_officer_is_asked_for if {
	duty_officer.reasons == set() with input.settings as {"in_hours": false}
		with input.actor as {"roles": ["team-member"]}
		with data.mercat.data.authority.duty_officer as {"required_outside_hours": false, "need": {"roles": ["duty-officer"]}}
}

test_loud_while_the_offices_are_closed if {
	some reason in duty_officer.reasons with input.settings as {"in_hours": false}
		with input.actor as {"roles": ["team-member"]}
		with data.mercat.data.authority.duty_officer as {"required_outside_hours": true, "need": {"roles": ["duty-officer"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.duty_officer"
	reason.need == {"roles": ["duty-officer"], "count": 1}
}

test_loud_about_what_other_officers_write if {
	some reason in duty_officer.reasons with input.settings as {"in_hours": false}
		with input.actor as {"roles": ["approver", "governance"]}
		with data.mercat.data.authority.duty_officer as {"required_outside_hours": true, "need": {"roles": ["duty-officer"], "count": 1}}
	reason.message == "authority.duty_officer"
}

test_loud_where_nobody_knows_the_hours if {
	some reason in duty_officer.reasons with input.settings as {"in_hours": null}
		with input.actor as {"roles": ["team-member"]}
		with data.mercat.data.authority.duty_officer as {"required_outside_hours": true, "need": {"roles": ["duty-officer"], "count": 1}}
	reason.message == "authority.duty_officer"
}
