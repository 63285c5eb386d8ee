# METADATA
# title: Hate and abuse
# description: >-
#   No slurs, no contempt for groups of people, no insults and no threats go out in the body's name.
# custom:
#   group: respect
package mercat.rules.content.hate

# METADATA
# title: Hate, insult or threat
# description: One reason for all that was found; its words are not repeated.
reasons contains reason if {
	number := input.findings.wording.hate
	not number == 0
	reason := {
		"severity": "deny",
		"message": "content.hate",
		"parameters": {"count": number},
		"sentence": "It insults or threatens somebody, or holds contempt for a group of people.",
		"cure": "Take it out; answer what was asked, or do not answer.",
		"citation": "Equality Act 2010, section 149: public sector equality duty.",
	}
}
