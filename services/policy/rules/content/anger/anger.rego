# METADATA
# title: Anger
# description: >-
#   Impatience, reproach and shouting are held: whoever is served badly by a body is owed
#   patience by it.
# custom:
#   group: respect
package mercat.rules.content.anger

# METADATA
# title: Angry words
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.anger
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.anger",
		"parameters": {"count": number},
		"sentence": "It sounds angry or impatient, and the person is owed an answer all the same.",
		"cure": "Say what you can do for them, in the words you would want to be told.",
		"citation": "House rules: courtesy to everybody, whatever they wrote.",
		"need": data.mercat.data.approvals.content,
	}
}
