# METADATA
# title: Live grant
# description: >-
#   Nobody acts in the body's name without a grant that is live at this moment and covers this kind
#   of act, account and theme. A person who has left has none, whatever their grants say.
package mercat.rules.authority.live_grant

# METADATA
# title: Person inactive
# description: Who has left, or is set aside, speaks no more.
reasons contains reason if {
	not input.actor.active == true
	reason := {
		"severity": "deny",
		"message": "authority.person_inactive",
		"sentence": "The person who wrote this no longer acts for the body.",
		"cure": "Let somebody who does write it anew under their own grant.",
		"citation": citation,
	}
}

# METADATA
# title: No grant
# description: There is no grant for this account, or none was named.
reasons contains reason if {
	not is_object(input.actor.grant)
	reason := {
		"severity": "deny",
		"message": "authority.no_grant",
		"parameters": {"account": input.act.account, "kind": input.act.kind},
		"sentence": concat("", ["This person has no grant for ", act, "."]),
		"cure": "Ask governance for a grant, or ask somebody who has one.",
		"citation": citation,
	}
}

# METADATA
# title: Grant not live
# description: It was revoked, has ended, or has not begun.
reasons contains reason if {
	is_object(input.actor.grant)
	not live
	reason := {
		"severity": "deny",
		"message": "authority.grant_not_live",
		"sentence": "The grant this was written under is not in force now.",
		"cure": "Ask governance whether it should be given again.",
		"citation": citation,
	}
}

# METADATA
# title: Out of scope
# description: There is a grant, but not for this kind of act, account or theme.
reasons contains reason if {
	is_object(input.actor.grant)
	not input.actor.grant.in_scope == true
	reason := {
		"severity": "deny",
		"message": "authority.out_of_scope",
		"parameters": {"account": input.act.account, "kind": input.act.kind},
		"sentence": concat("", ["The grant does not cover ", act, "."]),
		"cure": "Ask somebody whose grant covers it, or ask governance for a wider one.",
		"citation": citation,
	}
}

act := concat("", ["this kind of act (", input.act.kind, ") as ", input.act.account])

live if {
	input.actor.grant.live == true
	not over
}

# Told apart from `live`, so that a grant found live a moment too early is caught.
over if {
	is_number(input.actor.grant.ends_at)
	input.actor.grant.ends_at <= input.now
}

citation := "House rules: nobody speaks for the body without a live grant."
