# METADATA
# title: Descriptions of pictures
# description: A picture without a description leaves out everybody who cannot see it.
# custom:
#   group: reading
package mercat.rules.content.alt_text

# METADATA
# title: No description
# description: Every picture needs one.
reasons contains reason if {
	not input.findings.media_without_alt == 0
	reason := {
		"severity": "hold",
		"message": "content.alt_missing",
		"parameters": {"count": input.findings.media_without_alt},
		"sentence": "It shows a picture and does not describe it.",
		"cure": "Say in a sentence what the picture shows, with any words that stand in it.",
		"citation": citation,
		"need": data.mercat.data.approvals.content,
	}
}

# METADATA
# title: A description that describes nothing
# description: A file's name, a word such as "image", or the draft's own words once more.
reasons contains reason if {
	not input.findings.alts_poor == 0
	reason := {
		"severity": "hold",
		"message": "content.alt_poor",
		"parameters": {"count": input.findings.alts_poor},
		"sentence": "The description of its picture does not say what the picture shows.",
		"cure": "Say in a sentence what the picture shows, with any words that stand in it.",
		"citation": citation,
		"need": data.mercat.data.approvals.content,
	}
}

citation := "Public Sector Bodies Accessibility Regulations 2018; WCAG 2.2, criterion 1.1.1."
