# METADATA
# title: Another language
# description: Whoever wrote is answered in the language they wrote in, or in both.
# custom:
#   group: reading
package mercat.rules.content.other_language

# METADATA
# title: Not the language of what is answered
# description: Found only where both texts are long enough to be sure of.
reasons contains reason if {
	not input.findings.is_other_language == false
	reason := {
		"severity": "hold",
		"message": "content.other_language",
		"sentence": "It is in another language than what it answers.",
		"cure": "Answer in the language that was written to us, or in both.",
		"citation": "Equality Act 2010, section 149; Welsh Language (Wales) Measure 2011.",
		"need": data.mercat.data.approvals.content,
	}
}
