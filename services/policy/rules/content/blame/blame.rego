# METADATA
# title: Blame
# description: >-
#   Nobody is made responsible in public by name, be it staff, a neighbour, somebody elsewhere, or
#   the person who is answered; nor is it told who complained.
# custom:
#   group: respect
package mercat.rules.content.blame

# METADATA
# title: Somebody blamed
# description: One reason for all that was found; its words are not repeated.
reasons contains reason if {
	number := input.findings.wording.blame
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.blame",
		"parameters": {"count": number},
		"sentence": "It makes a person responsible in public, or tells who complained.",
		"cure": "Say what happened and what is done about it, without saying whose doing it was.",
		"citation": "House rules: an answer blames nobody.",
		"need": data.mercat.data.approvals.content,
	}
}
