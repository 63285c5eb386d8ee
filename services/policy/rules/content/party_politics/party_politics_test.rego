# METADATA
# title: Party politics, tried
# description: Readings that found some of it, and readings that found none.
package mercat.rules.content.party_politics_test

import data.mercat.rules.content.party_politics

test_quiet_where_nothing_was_found if {
	party_politics.reasons == set() with input.findings.wording as {"party_politics": 0}
}

test_quiet_at_what_belongs_to_another_rule if {
	party_politics.reasons == set() with input.findings.wording as {"party_politics": 0, "anger": 3}
}

test_loud_at_one if {
	some reason in party_politics.reasons with input.findings.wording as {"party_politics": 1}
	reason.severity == "deny"
	reason.message == "content.party_politics"
	reason.parameters == {"count": 1}
}

test_loud_once_for_all_of_them if {
	count(party_politics.reasons) == 1 with input.findings.wording as {"party_politics": 4}
}
