# METADATA
# title: Legal opinion
# description: >-
#   A body gives no legal advice, and no opinion on who is in the right, in public.
# custom:
#   group: opinions
package mercat.rules.content.legal

# METADATA
# title: Opinion on the law
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.legal
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.legal",
		"parameters": {"count": number},
		"sentence": "It says what the law is in somebody's own case, which is advice that we cannot give.",
		"cure": "Name the rule and where to read it, or an advice service.",
		"citation": "House rules: no legal advice; advice services give it.",
		"need": data.mercat.data.approvals.content,
	}
}
