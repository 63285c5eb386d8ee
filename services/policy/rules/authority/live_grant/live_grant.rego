# METADATA
# title: Live grant
# description: >-
#   Nobody acts in the body's name without a grant that is live at this moment and covers this: kind
#   of act, account, theme, hour, language, whom it answers, and how much. Who has left has none.
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
# title: Out of a limit
# description: There is a grant, but this is beyond one of the limits that it names.
reasons contains reason if {
	some limit in input.actor.grant.out_of
	said := limits[limit]
	reason := object.union(
		{
			"severity": "deny",
			"parameters": {"account": input.act.account, "kind": input.act.kind},
			"citation": citation,
		},
		said,
	)
}

# METADATA
# title: Out of scope
# description: There is a grant, but not for this, whatever it is that it is out of.
reasons contains reason if {
	is_object(input.actor.grant)
	not input.actor.grant.in_scope == true
	not explained
	not theme_unknown
	reason := {
		"severity": "deny",
		"message": "authority.out_of_scope",
		"parameters": {"account": input.act.account, "kind": input.act.kind},
		"sentence": concat("", ["The grant does not cover ", act, "."]),
		"cure": "Ask somebody whose grant covers it, or ask governance for a wider one.",
		"citation": citation,
	}
}

# METADATA
# title: Theme not known
# description: The grant is for some themes, and nobody can tell what this is about; somebody on duty can.
reasons contains reason if {
	not input.actor.grant.in_scope == true
	theme_unknown
	reason := {
		"severity": "hold",
		"message": "authority.theme_unknown",
		"sentence": "The grant is for some themes only, and it cannot be told which theme this is about.",
		"cure": "Say plainly what it is about, or ask the duty officer to read it.",
		"citation": citation,
		"need": data.mercat.data.authority.theme_unknown.need,
	}
}

act := concat("", ["this kind of act (", input.act.kind, ") as ", input.act.account])

limits := {
	"kind": {
		"message": "authority.out_of_scope",
		"sentence": concat("", ["The grant does not cover ", act, "."]),
		"cure": "Ask somebody whose grant covers it, or ask governance for a wider one.",
	},
	"theme": {
		"message": "authority.out_of_theme",
		"sentence": "The grant is for other themes than the one this is about.",
		"cure": "Leave it to somebody who writes about that, or ask governance for a wider grant.",
	},
	"hours": {
		"message": "authority.out_of_hours",
		"sentence": "The grant does not hold at this hour.",
		"cure": "Propose it again within the grant's hours, or leave it to somebody who is on now.",
	},
	"language": {
		"message": "authority.out_of_language",
		"sentence": "The grant is for other languages than the one this is in.",
		"cure": "Write it in a language of the grant, or leave it to somebody who writes in this one.",
	},
	"answers": {
		"message": "authority.out_of_answers",
		"sentence": "The grant does not let its holder answer this.",
		"cure": "Leave the answer to the team, or ask governance for a wider grant.",
	},
	"quota_hour": {
		"message": "authority.grant_quota_hour",
		"sentence": "As much as the grant lets its holder do in an hour has been asked for.",
		"cure": "Propose it again in a while, or ask governance for a larger quota.",
	},
	"quota_day": {
		"message": "authority.grant_quota_day",
		"sentence": "As much as the grant lets its holder do in a day has been asked for.",
		"cure": "Propose it again tomorrow, or ask governance for a larger quota.",
	},
	"initials": {
		"message": "authority.unsigned",
		"sentence": "What is written under this grant ends with its writer's initials, and this does not.",
		"cure": "End it with a space, ^ and your initials, such as ^KM.",
	},
}

explained if {
	some limit in input.actor.grant.out_of
	limits[limit]
}

theme_unknown if input.actor.grant.out_of == ["theme_unknown"]

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
