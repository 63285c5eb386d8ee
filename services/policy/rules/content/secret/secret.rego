# METADATA
# title: Secrets of the house
# description: >-
#   What keeps the body and its people safe stays inside: passwords, door codes, inner addresses of
#   systems, when nobody is there, and what is not published yet.
# custom:
#   group: safety
package mercat.rules.content.secret

# METADATA
# title: A secret told
# description: One reason for all that was found; its words are not repeated.
reasons contains reason if {
	number := input.findings.wording.secret
	not number == 0
	reason := {
		"severity": "deny",
		"message": "content.secret",
		"parameters": {"count": number},
		"sentence": "It tells something that must stay inside, such as a code, a password or an inner address.",
		"cure": "Take it out; what was told already is to be changed at once.",
		"citation": "UK GDPR, article 32: security of processing; house rules: secrets stay inside.",
	}
}
