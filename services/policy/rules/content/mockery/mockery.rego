# METADATA
# title: Mockery
# description: >-
#   Sarcasm and talking down are held: a joke at somebody's cost is remembered as the body's.
# custom:
#   group: respect
package mercat.rules.content.mockery

# METADATA
# title: Mocking words
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.mockery
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.mockery",
		"parameters": {"count": number},
		"sentence": "It sounds mocking or talks down to people.",
		"cure": "Take the joke at their cost out, and answer what was asked.",
		"citation": "House rules: courtesy to everybody, whatever they wrote.",
		"need": data.mercat.data.approvals.content,
	}
}
