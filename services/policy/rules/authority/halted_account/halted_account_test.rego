# METADATA
# title: Halted, tried
# description: Facts that must be stopped by a halt, and some alike that must not.
package mercat.rules.authority.halted_account_test

import data.mercat.rules.authority.halted_account

test_quiet_in_a_normal_account if {
	halted_account.reasons == set() with input.account as {"id": "town", "mode": "normal", "halts": []}
}

test_quiet_in_an_emergency if {
	halted_account.reasons == set() with input.account as {"id": "town", "mode": "emergency", "halts": []}
}

test_quiet_before_an_election if {
	halted_account.reasons == set() with input.account as {"id": "town", "mode": "pre-election", "halts": []}
}

test_quiet_on_an_account_whose_name_says_halted if {
	halted_account.reasons == set() with input.account as {"id": "halted", "mode": "normal", "halts": []}
}

test_quiet_about_other_things_that_are_halted if {
	halted_account.reasons == set() with input.act as {"text": "Everything is halted."}
		with input.account as {"id": "town", "mode": "normal", "halts": []}
}

test_loud_under_a_halt_of_the_account if {
	some reason in halted_account.reasons with input.account as {
		"id": "town",
		"mode": "normal",
		"halts": [{"kind": "account", "name": "town"}],
	}
	reason.severity == "hold"
	reason.message == "authority.halted"
	reason.parameters == {"kind": "account", "name": "town"}
	reason.sentence == "There is a halt on the account town, so nothing under it is sent."
}

test_loud_when_everything_is_halted if {
	some reason in halted_account.reasons with input.account as {
		"id": "town",
		"mode": "normal",
		"halts": [{"kind": "everything", "name": ""}],
	}
	reason.sentence == "Everything is halted, so nothing is sent."
}

test_loud_once_for_each_halt if {
	count(halted_account.reasons) == 3 with input.account as {
		"id": "town",
		"mode": "normal",
		"halts": [
			{"kind": "theme", "name": "flood"},
			{"kind": "person", "name": "rowan"},
			{"kind": "rule", "name": "content/length"},
		],
	}
}

test_loud_where_the_mode_alone_says_so if {
	some reason in halted_account.reasons with input.account as {"id": "town", "mode": "halted", "halts": []}
	reason.severity == "hold"
	reason.message == "authority.account_halted"
}

test_loud_in_a_mode_that_is_none if {
	count(halted_account.reasons) == 1 with input.account as {"id": "town", "mode": "on", "halts": []}
}
