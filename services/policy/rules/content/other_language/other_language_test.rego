# METADATA
# title: Another language, tried
# description: Answers in the language of what they answer, and answers in another.
package mercat.rules.content.other_language_test

import data.mercat.rules.content.other_language

test_quiet_in_the_same_language if {
	other_language.reasons == set() with input.findings as {"is_other_language": false}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_quiet_though_the_language_is_none_of_the_bodys if {
	other_language.reasons == set() with input.findings as {"is_other_language": false, "language": "pl"}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}

test_loud_in_another_language if {
	some reason in other_language.reasons with input.findings as {"is_other_language": true}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "content.other_language"
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_whatever_the_languages_are if {
	count(other_language.reasons) == 1 with input.findings as {"is_other_language": true, "language": "en"}
		with data.mercat.data.approvals as {"content": {"roles": ["approver"], "count": 1}}
}
