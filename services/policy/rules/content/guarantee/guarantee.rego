# METADATA
# title: Guarantee
# description: >-
#   What is said to be certain needs its exceptions or its source, or the body is held to more than
#   it can keep.
# custom:
#   group: answers
package mercat.rules.content.guarantee

# METADATA
# title: Guaranteed
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.guarantee
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.guarantee",
		"parameters": {"count": number},
		"sentence": "It guarantees something without saying where that stands or what is excepted.",
		"cure": "Say how likely it is, what could go wrong, or where the guarantee stands.",
		"citation": "House rules: a guarantee names its source and its exceptions.",
		"need": data.mercat.data.approvals.content,
	}
}
