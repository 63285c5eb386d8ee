# METADATA
# title: What it stands on, tried
# description: Posts that are as they were read, and posts that are not.
package mercat.rules.authority.parent_state_test

import data.mercat.rules.authority.parent_state

test_quiet_while_the_post_lives if {
	parent_state.reasons == set() with input.conversation as {"parent": "live"}
}

test_quiet_where_there_is_no_post if {
	parent_state.reasons == set() with input.conversation as {"parent": "none"}
}

test_quiet_whatever_the_language if {
	parent_state.reasons == set() with input.conversation as {"parent": "live", "language": null}
}

test_loud_when_the_post_is_gone if {
	some reason in parent_state.reasons with input.conversation as {"parent": "gone"}
	reason.severity == "deny"
	reason.message == "authority.parent_gone"
}

test_loud_when_the_post_was_changed if {
	some reason in parent_state.reasons with input.conversation as {"parent": "changed"}
	reason.severity == "deny"
	reason.message == "authority.parent_changed"
}

test_loud_when_nobody_knows if {
	count(parent_state.reasons) == 1 with input.conversation as {"parent": "perhaps"}
}
