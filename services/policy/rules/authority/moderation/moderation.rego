# METADATA
# title: Moderation
# description: >-
#   Curators write; they do not hide, delete, block, mute, follow, pin or change the profile. Where
#   one is let do that by name, it waits for a second person, whatever else is settled.
package mercat.rules.authority.moderation

# METADATA
# title: Closed to curators
# description: A curator's grant does not name this kind of act.
reasons contains reason if {
	curated
	not named
	reason := {
		"severity": "deny",
		"message": "authority.moderation_closed",
		"parameters": {"kind": input.act.kind},
		"sentence": concat("", ["This kind of act (", input.act.kind, ") is not for curators."]),
		"cure": "Tell the duty officer what ought to be done; they can do it.",
		"citation": citation,
	}
}

# METADATA
# title: Second person
# description: It was opened by the grant, and waits for somebody else all the same.
reasons contains reason if {
	curated
	named
	reason := {
		"severity": "hold",
		"message": "authority.moderation",
		"parameters": {"kind": input.act.kind},
		"sentence": "A curator does this only with a second person's consent, whatever else is settled.",
		"cure": "Ask the duty officer to look at it.",
		"citation": citation,
		"need": data.mercat.data.authority.moderation.need,
	}
}

# METADATA
# title: Own consent
# description: Where the body has one officer, that officer's consent to their own act is not a second person's.
reasons contains reason if {
	curated
	input.settings.one_officer == true
	alone
	reason := {
		"severity": "hold",
		"message": "authority.moderation_own",
		"sentence": "Whoever does this as a curator does not agree to it alone, even as the one officer.",
		"cure": "Ask somebody else to agree, or do it in another role.",
		"citation": citation,
	}
}

curated if {
	not input.act.kind in data.mercat.data.authority.moderation.kinds_open
	curator
}

curator if {
	some role in data.mercat.data.authority.moderation.roles
	role in input.actor.roles
}

curator if input.actor.grant.origin in data.mercat.data.authority.moderation.origins

named if {
	is_object(input.actor.grant)
	not "kind" in input.actor.grant.out_of
}

alone if {
	some approval in input.approvals
	approval.approver == input.actor.id
	not others
}

others if {
	some approval in input.approvals
	not approval.approver == input.actor.id
}

citation := "House rules: the voice is handed over, not the keys."
