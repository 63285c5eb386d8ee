# METADATA
# title: Medical opinion
# description: >-
#   A body gives no diagnosis and no treatment: it points to those who may.
# custom:
#   group: opinions
package mercat.rules.content.medical

# METADATA
# title: Diagnosis or treatment
# description: One reason for all that was found; an officer may still let it go.
reasons contains reason if {
	number := input.findings.wording.medical
	not number == 0
	reason := {
		"severity": "hold",
		"message": "content.medical",
		"parameters": {"count": number},
		"sentence": "It gives a diagnosis or a treatment, which only those who may can give.",
		"cure": "Point to NHS 111, a pharmacist or the surgery; for danger to life, to 999.",
		"citation": "House rules: no medical advice; it is for those who may treat.",
		"need": data.mercat.data.approvals.content,
	}
}
