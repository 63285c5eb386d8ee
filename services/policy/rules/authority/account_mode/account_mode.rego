# METADATA
# title: Account mode
# description: >-
#   In an emergency an account speaks of little else, and only by consent of those who lead. Before
#   an election it starts no campaign and stays out of party politics, and goes on answering people.
package mercat.rules.authority.account_mode

# METADATA
# title: Emergency consent
# description: In an emergency nobody's consent counts but that of those named.
reasons contains reason if {
	input.account.mode == "emergency"
	reason := {
		"severity": "hold",
		"message": "authority.emergency_consent",
		"sentence": "The account is in emergency mode, so a duty officer or governance has to agree.",
		"cure": "Ask the duty officer to read it.",
		"citation": emergency,
		"need": data.mercat.data.authority.emergency.need,
	}
}

# METADATA
# title: Emergency kinds
# description: In an emergency only the kinds of act that are listed go out.
reasons contains reason if {
	input.account.mode == "emergency"
	not input.act.kind in data.mercat.data.authority.emergency.kinds
	reason := {
		"severity": "hold",
		"message": "authority.emergency_kind",
		"parameters": {"kind": input.act.kind},
		"sentence": "The account is in emergency mode, and this kind of act waits until that is over.",
		"cure": "Propose it again once the account's mode is normal.",
		"citation": emergency,
	}
}

# METADATA
# title: Emergency themes
# description: In an emergency only cases of the themes that are listed are answered, if any are.
reasons contains reason if {
	input.account.mode == "emergency"
	not data.mercat.data.authority.emergency.themes == []
	is_string(input.conversation.theme)
	not input.conversation.theme in data.mercat.data.authority.emergency.themes
	reason := {
		"severity": "hold",
		"message": "authority.emergency_theme",
		"parameters": {"theme": input.conversation.theme},
		"sentence": "The account is in emergency mode, and other themes wait until that is over.",
		"cure": "Propose it again once the account's mode is normal.",
		"citation": emergency,
	}
}

# METADATA
# title: Campaigns before an election
# description: What might be taken for a campaign waits for governance; answers to people go on.
reasons contains reason if {
	input.account.mode == "pre-election"
	input.act.kind in data.mercat.data.authority.pre_election.kinds_held
	reason := {
		"severity": "hold",
		"message": "authority.pre_election_kind",
		"parameters": {"kind": input.act.kind},
		"sentence": "It is the time before an election, so no new publicity goes out unseen by governance.",
		"cure": "Leave it until after the election, or ask governance whether it must go out now.",
		"citation": publicity,
		"need": data.mercat.data.authority.pre_election.need,
	}
}

# METADATA
# title: Party politics in a post before an election
# description: The body says nothing of its own about parties and candidates.
reasons contains reason if {
	input.account.mode == "pre-election"
	not input.act.kind == "reply"
	not input.findings.wording.party_politics == 0
	reason := {
		"severity": "deny",
		"message": "authority.pre_election_post",
		"sentence": "It speaks of party politics, and before an election the body posts nothing that does.",
		"cure": "Take out what is about parties, candidates and how people vote.",
		"citation": publicity,
	}
}

# METADATA
# title: Party politics in a reply before an election
# description: An answer that touches on party politics waits for governance.
reasons contains reason if {
	input.account.mode == "pre-election"
	input.act.kind == "reply"
	not input.findings.wording.party_politics == 0
	reason := {
		"severity": "hold",
		"message": "authority.pre_election_reply",
		"sentence": "It touches on party politics, and before an election governance has to agree to that.",
		"cure": "Keep to what the body does, or ask governance to read it.",
		"citation": publicity,
		"need": data.mercat.data.authority.pre_election.need,
	}
}

emergency := "House rules: in an emergency the account speaks of that, and those who lead agree."

publicity := "Local Government Act 1986, sections 2 and 4, and the codes on publicity."
