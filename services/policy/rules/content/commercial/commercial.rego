# METADATA
# title: Promotion
# description: >-
#   A public account gives no business, product or private sale an advantage.
# custom:
#   group: respect
package mercat.rules.content.commercial

# METADATA
# title: Promoted
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.commercial
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.commercial",
		"parameters": {"count": number},
		"sentence": "It reads as if it promoted a business, a product or a private sale.",
		"cure": "Take the praise, the code or the price out; name several, or none.",
		"citation": "House rules: the account gives no business an advantage.",
		"need": data.mercat.data.approvals.content,
	}
}
