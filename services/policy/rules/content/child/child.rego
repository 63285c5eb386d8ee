# METADATA
# title: A child identified
# description: >-
#   No child can be told from what is said: no name with age, class, school, family or what
#   happened, in the words or in the description of a picture. No officer can consent to that for
#   the child.
# custom:
#   group: privacy
package mercat.rules.content.child

# METADATA
# title: A child told apart
# description: One reason for all that was found; its words are not repeated.
reasons contains reason if {
	number := input.findings.wording.child
	not number == 0
	reason := {
		"severity": "deny",
		"message": "content.child",
		"parameters": {"count": number},
		"sentence": "A child can be told from it, by name, age, class, school or family.",
		"cure": "Take out the name and whatever else tells who the child is.",
		"citation": "UK GDPR, recital 38: children's personal data merit specific protection.",
	}
}
