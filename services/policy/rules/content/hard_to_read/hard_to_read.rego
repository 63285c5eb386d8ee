# METADATA
# title: Hard to read
# description: >-
#   Long sentences, many long words, jargon and unexplained short forms keep people from an
#   answer.
# custom:
#   group: reading
package mercat.rules.content.hard_to_read

# METADATA
# title: Heavy wording
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.hard_to_read
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.hard_to_read",
		"parameters": {"count": number},
		"sentence": "It is hard to read for many of those it is meant for.",
		"cure": "Make short sentences, say who does what, and write short forms out.",
		"citation": "House rules: plain words; Equality Act 2010, section 149.",
		"need": data.mercat.data.approvals.content,
	}
}
