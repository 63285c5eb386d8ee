# METADATA
# title: Duty officer
# description: >-
#   While the offices are closed, somebody named answers for what is said: a duty officer writes it
#   or agrees to it. A body may do without this rule.
package mercat.rules.authority.duty_officer

# METADATA
# title: No duty officer
# description: The offices are closed, and nobody on duty has written or agreed to it.
reasons contains reason if {
	not data.mercat.data.authority.duty_officer.required_outside_hours == false
	not input.settings.in_hours == true
	not on_duty
	reason := {
		"severity": "hold",
		"message": "authority.duty_officer",
		"sentence": "The offices are closed, so a duty officer has to agree to it.",
		"cure": "Ask the duty officer to read it, or propose it when the offices are open.",
		"citation": "House rules: a named duty officer answers for what is said out of hours.",
		"need": data.mercat.data.authority.duty_officer.need,
	}
}

on_duty if {
	some role in data.mercat.data.authority.duty_officer.need.roles
	role in input.actor.roles
}
