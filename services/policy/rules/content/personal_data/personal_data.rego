# METADATA
# title: Personal data
# description: >-
#   What lets a member of the public be reached or known is not published: telephone numbers,
#   addresses, numbers of accounts and papers. The body's own contact details may be.
# custom:
#   group: privacy
package mercat.rules.content.personal_data

# METADATA
# title: Personal datum
# description: >-
#   One reason for each kind of datum. Neither it nor a mask of it is repeated, since reasons are
#   kept and told further.
reasons contains reason if {
	some kind, number in input.findings.personal_data_kinds
	number > 0
	what := concat("", [object.get(names, kind, "a personal detail"), ","])
	reason := {
		"severity": "deny",
		"message": "content.personal_data",
		"parameters": {"kind": kind, "count": number},
		"sentence": concat(" ", ["It holds", what, "which would be published for everybody to see."]),
		"cure": "Take it out; ask the person to use a private way, or give one of the body's own contacts.",
		"citation": citation,
	}
}

# METADATA
# title: Personal datum of no kind
# description: What was counted and belongs to no kind is a datum all the same.
reasons contains reason if {
	total := sum([number | some number in input.findings.personal_data_kinds])
	not input.findings.personal_data <= total
	reason := {
		"severity": "deny",
		"message": "content.personal_data",
		"parameters": {"kind": "other", "count": input.findings.personal_data - total},
		"sentence": "It holds a personal detail, which would be published for everybody to see.",
		"cure": "Take it out, and ask the person to use a private way.",
		"citation": citation,
	}
}

# METADATA
# title: Not read to its end
# description: What nobody has read may hold anything.
reasons contains reason if {
	not input.findings.is_cut == false
	reason := {
		"severity": "deny",
		"message": "content.not_read_whole",
		"sentence": "It is too long to be read to its end, so what it holds is not known.",
		"cure": "Shorten it, or say it in several parts.",
		"citation": citation,
	}
}

citation := "GDPR, article 5(1)(c): no more personal data than is necessary."

names := {
	"address": "somebody's address",
	"bank_account": "a bank account number",
	"chi_number": "a health number",
	"date_of_birth": "a date of birth",
	"driving_licence": "a driving licence number",
	"email": "an e-mail address",
	"health_number": "a health number",
	"iban": "a bank account number",
	"national_id": "a national identity number",
	"national_insurance_number": "a National Insurance number",
	"nhs_number": "a health number",
	"passport": "a passport number",
	"payment_card": "a payment card number",
	"phone": "a telephone number",
	"postcode": "a full postcode",
	"vehicle_plate": "a vehicle's number plate",
}
