# METADATA
# title: Asking in public
# description: >-
#   Nobody is asked for private details where everybody reads the answer; a private way is named
#   instead.
# custom:
#   group: privacy
package mercat.rules.content.asking_in_public

# METADATA
# title: Private details asked for
# description: One reason for all that was found; its words are not repeated.
reasons contains reason if {
	number := input.findings.wording.asking_in_public
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.asking_in_public",
		"parameters": {"count": number},
		"sentence": "It asks somebody for private details where everybody can read the answer.",
		"cure": "Ask for a direct message, or name a form, a mailbox or a telephone line of the body.",
		"citation": "UK GDPR, article 5(1)(f): personal data are kept secure.",
		"need": data.mercat.data.approvals.content,
	}
}
