# METADATA
# title: Promise without a time
# description: >-
#   "We will look into it" is held unless it says until when: people remember a promise, and one
#   without a time cannot be kept.
# custom:
#   group: answers
package mercat.rules.content.promise_without_timescale

# METADATA
# title: No timescale
# description: There is a promise and no timescale; who may approve may still let it go.
reasons contains reason if {
	number := input.findings.promises_without_timescale
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.promise_without_timescale",
		"parameters": {"count": number},
		"sentence": "It promises something and does not say until when.",
		"cure": "Say by when, or say what was done already.",
		"citation": "House rules: a promise says its time.",
		"need": data.mercat.data.approvals.promise,
	}
}
