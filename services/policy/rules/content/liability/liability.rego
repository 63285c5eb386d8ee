# METADATA
# title: Liability
# description: >-
#   Fault is neither admitted nor denied in public, and no money is offered: claims are decided
#   on their facts.
# custom:
#   group: opinions
package mercat.rules.content.liability

# METADATA
# title: Fault or money
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.liability
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.liability",
		"parameters": {"count": number},
		"sentence": "It admits or denies fault, or offers money, before a claim was looked at.",
		"cure": "Say that you are sorry, and how to make a claim.",
		"citation": "Compensation Act 2006, section 2; Apologies (Scotland) Act 2016: an apology is no admission.",
		"need": data.mercat.data.approvals.content,
	}
}
