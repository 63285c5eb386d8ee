# METADATA
# title: Officialese
# description: >-
#   Stiff official words put distance between a body and the people who asked it something.
# custom:
#   group: reading
package mercat.rules.content.over_formal

# METADATA
# title: Officialese
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.over_formal
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.over_formal",
		"parameters": {"count": number},
		"sentence": "It is written in stiff official words that people do not use.",
		"cure": "Say it as you would across a counter.",
		"citation": "House rules: plain words.",
		"need": data.mercat.data.approvals.content,
	}
}
