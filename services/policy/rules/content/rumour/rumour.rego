# METADATA
# title: Rumour
# description: >-
#   What was only heard is not told as fact. What is known, and when more will be, may be told.
# custom:
#   group: answers
package mercat.rules.content.rumour

# METADATA
# title: Hearsay
# description: One reason for all that was found; its words are not repeated.
reasons contains reason if {
	number := input.findings.wording.rumour
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.rumour",
		"parameters": {"count": number},
		"sentence": "It repeats what was heard from others, as if it were known.",
		"cure": "Say what is known and from whom, or when more will be known.",
		"citation": "House rules: an answer says what is known, and how.",
		"need": data.mercat.data.approvals.content,
	}
}
