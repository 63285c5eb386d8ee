# METADATA
# title: Promise without a time, tried
# description: Promises that say until when, and promises that do not.
package mercat.rules.content.promise_without_timescale_test

import data.mercat.rules.content.promise_without_timescale as promise

test_quiet_without_a_promise if {
	promise.reasons == set() with input.findings as {"promises": 0, "promises_without_timescale": 0}
		with data.mercat.data.approvals as {"promise": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_a_promise_with_a_time if {
	promise.reasons == set() with input.findings as {"promises": 3, "promises_without_timescale": 0}
		with data.mercat.data.approvals as {"promise": {"roles": ["approver"], "count": 1}}
}

test_loud_at_a_promise_without_a_time if {
	some reason in promise.reasons with input.findings as {"promises": 1, "promises_without_timescale": 1}
		with data.mercat.data.approvals as {"promise": {"roles": ["approver"], "count": 2}}
	reason.severity == "hold"
	reason.message == "content.promise_without_timescale"
	reason.parameters == {"count": 1}
	reason.need == {"roles": ["approver"], "count": 2}
}

test_loud_once_for_all_of_them if {
	count(promise.reasons) == 1 with input.findings as {"promises": 3, "promises_without_timescale": 2}
		with data.mercat.data.approvals as {"promise": {"roles": ["approver"], "count": 1}}
}
