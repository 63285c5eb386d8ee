# METADATA
# title: Personal data, tried
# description: Readings that found a personal datum, and readings that did not.
package mercat.rules.content.personal_data_test

import data.mercat.rules.content.personal_data

test_quiet_where_nothing_was_found if {
	personal_data.reasons == set() with input.findings as {
		"personal_data": 0,
		"personal_data_kinds": {},
		"is_cut": false,
	}
}

test_quiet_at_a_kind_that_was_counted_as_none if {
	personal_data.reasons == set() with input.findings as {
		"personal_data": 0,
		"personal_data_kinds": {"phone": 0},
		"is_cut": false,
	}
}

test_quiet_at_other_findings if {
	personal_data.reasons == set() with input.findings as {
		"personal_data": 0,
		"personal_data_kinds": {},
		"links": 2,
		"promises": 1,
		"is_cut": false,
	}
}

test_quiet_at_a_text_that_speaks_of_telephones if {
	personal_data.reasons == set() with input.act as {"text": "Ring us on the phone."}
		with input.findings as {"personal_data": 0, "personal_data_kinds": {}, "is_cut": false}
}

test_quiet_at_a_long_text_that_was_read_whole if {
	personal_data.reasons == set() with input.act as {"length": 5000}
		with input.findings as {"personal_data": 0, "personal_data_kinds": {}, "is_cut": false}
}

test_loud_at_a_telephone_number if {
	some reason in personal_data.reasons with input.findings as {
		"personal_data": 1,
		"personal_data_kinds": {"phone": 1},
		"is_cut": false,
	}
	reason.severity == "deny"
	reason.message == "content.personal_data"
	reason.parameters == {"kind": "phone", "count": 1}
	reason.sentence == "It holds a telephone number, which would be published for everybody to see."
}

test_loud_once_for_each_kind if {
	count(personal_data.reasons) == 2 with input.findings as {
		"personal_data": 3,
		"personal_data_kinds": {"email": 2, "postcode": 1},
		"is_cut": false,
	}
}

test_loud_at_a_passport if {
	some reason in personal_data.reasons with input.findings as {
		"personal_data": 1,
		"personal_data_kinds": {"passport": 1},
		"is_cut": false,
	}
	reason.sentence == "It holds a passport number, which would be published for everybody to see."
}

test_loud_at_a_driving_licence_and_a_health_number if {
	sentences := {reason.sentence |
		some reason in personal_data.reasons with input.findings as {
			"personal_data": 2,
			"personal_data_kinds": {"driving_licence": 1, "health_number": 1},
			"is_cut": false,
		}
	}
	sentences == {
		"It holds a driving licence number, which would be published for everybody to see.",
		"It holds a health number, which would be published for everybody to see.",
	}
}

test_quiet_at_new_kinds_counted_as_none if {
	personal_data.reasons == set() with input.findings as {
		"personal_data": 0,
		"personal_data_kinds": {"passport": 0, "driving_licence": 0, "health_number": 0},
		"is_cut": false,
	}
}

test_quiet_at_a_draft_with_every_other_fault if {
	personal_data.reasons == set() with input.findings as {
		"personal_data": 0,
		"personal_data_kinds": {},
		"promises": 3,
		"is_too_long": true,
		"media_without_alt": 2,
		"is_cut": false,
	}
}

test_loud_at_a_kind_without_a_name if {
	some reason in personal_data.reasons with input.findings as {
		"personal_data": 1,
		"personal_data_kinds": {"shoe_size": 1},
		"is_cut": false,
	}
	reason.sentence == "It holds a personal detail, which would be published for everybody to see."
}

test_loud_at_a_datum_that_belongs_to_no_kind if {
	some reason in personal_data.reasons with input.findings as {
		"personal_data": 2,
		"personal_data_kinds": {},
		"is_cut": false,
	}
	reason.parameters == {"kind": "other", "count": 2}
}

test_loud_at_a_text_that_was_not_read_whole if {
	some reason in personal_data.reasons with input.findings as {
		"personal_data": 0,
		"personal_data_kinds": {},
		"is_cut": true,
	}
	reason.severity == "deny"
	reason.message == "content.not_read_whole"
}
