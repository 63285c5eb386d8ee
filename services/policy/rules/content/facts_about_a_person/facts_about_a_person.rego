# METADATA
# title: Facts about a person
# description: >-
#   Somebody's health, benefits, debts, immigration status and offences are nobody else's to know,
#   and are not published of others at all. An offence may be public, as a court's sentence is, and
#   what is said to somebody of themselves may be what they asked for: both wait for a second look.
# custom:
#   group: privacy
package mercat.rules.content.facts_about_a_person

# METADATA
# title: Of a third person
# description: One reason for each sort of fact that is told of somebody else.
reasons contains reason if {
	some family, what in never
	number := input.findings.wording[family]
	not number == 0
	reason := {
		"severity": "deny",
		"message": "content.facts_about_a_person",
		"parameters": {"kind": family, "count": number},
		"sentence": concat(" ", ["It tells everybody about", what, "of a person."]),
		"cure": cure,
		"citation": citation,
	}
}

# METADATA
# title: Offence, or of the person answered
# description: Such facts wait for somebody who looks whether they are public, or were asked for.
reasons contains reason if {
	some family, what in second_look
	number := input.findings.wording[family]
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.facts_about_a_person",
		"parameters": {"kind": family, "count": number},
		"sentence": concat(" ", ["It tells everybody about", what]),
		"cure": cure,
		"citation": citation,
		"need": data.mercat.data.approvals.content,
	}
}

never := {
	"about_benefits": "benefits or debts",
	"about_health": "the health",
	"about_immigration": "the immigration status",
}

second_look := {
	"about_citizen": "the circumstances of the person it answers.",
	"about_offence": "an offence of a person.",
}

cure := "Leave it out, and offer a private way to talk about it."

citation := "UK GDPR, articles 9 and 10, and the common law duty of confidence."
