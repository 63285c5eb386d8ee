# METADATA
# title: Four eyes
# description: >-
#   Whoever wrote an act does not consent to it, and it waits until somebody else has. A body with
#   one officer says so in its settings; then that officer's own consent counts.
package mercat.rules.authority.four_eyes

# METADATA
# title: Own approval
# description: The author's own approval is refused where there is more than one officer.
reasons contains reason if {
	not input.settings.one_officer == true
	some approval in input.approvals
	approval.approver == input.actor.id
	reason := {
		"severity": "deny",
		"message": "authority.own_approval",
		"sentence": "The person who wrote this also approved it, and nobody approves their own act.",
		"cure": "Ask somebody else to approve it.",
		"citation": citation,
	}
}

# METADATA
# title: Second person
# description: Every act waits for another person; whether one has agreed is counted by who asks.
reasons contains reason if {
	not input.settings.four_eyes == false
	not input.settings.one_officer == true
	reason := {
		"severity": "hold",
		"message": "authority.second_person",
		"sentence": "It waits until somebody else has read it and agrees.",
		"cure": "Ask a person who may approve to read it.",
		"citation": citation,
		"need": data.mercat.data.approvals.second_person,
	}
}

# METADATA
# title: Own consent
# description: With one officer, the act waits for that officer's express consent.
reasons contains reason if {
	not input.settings.four_eyes == false
	input.settings.one_officer == true
	reason := {
		"severity": "hold",
		"message": "authority.one_officer",
		"sentence": "It waits for the officer's consent; this body has one officer, and the record says so.",
		"cure": "Read it once more, then approve it.",
		"citation": citation,
		"need": data.mercat.data.approvals.second_person,
	}
}

citation := "House rules: two people for every act."
