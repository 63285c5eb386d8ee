# METADATA
# title: Like what was stopped before
# description: >-
#   What reads like drafts that officers stopped before gets a second look, though no other rule can
#   say why.
# custom:
#   group: answers
package mercat.rules.content.resemblance

# METADATA
# title: Reads like what was stopped
# description: The draft's words weigh more than the threshold that was set when learning.
reasons contains reason if {
	not input.findings.wording.resemblance == 0
	reason := {
		"severity": "hold",
		"message": "content.resemblance",
		"sentence": "It reads like drafts that were stopped before, though no single rule says why.",
		"cure": "Look at it once more: is anybody's private matter, a claim or a jibe in it? Else have it agreed to.",
		"citation": "House rules: what resembles a fault gets a second look.",
		"need": data.mercat.data.approvals.content,
	}
}
