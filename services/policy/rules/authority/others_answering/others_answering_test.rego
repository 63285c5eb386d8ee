# METADATA
# title: Somebody else answering, tried
# description: Answers that are alone, and answers beside others.
package mercat.rules.authority.others_answering_test

import data.mercat.rules.authority.others_answering

test_quiet_where_nobody_else_answers if {
	others_answering.reasons == set() with input.phase as "proposal"
		with input.conversation as {"others_answering": 0}
		with data.mercat.data.authority.others_answering as {"need": {"roles": ["approver"], "count": 1}}
}

test_quiet_while_writing_alone if {
	others_answering.reasons == set() with input.phase as "advice"
		with input.conversation as {"others_answering": 0}
		with data.mercat.data.authority.others_answering as {"need": {"roles": ["approver"], "count": 1}}
}

test_quiet_at_the_sending_of_the_only_answer if {
	others_answering.reasons == set() with input.phase as "sending"
		with input.conversation as {"others_answering": 0}
		with data.mercat.data.authority.others_answering as {"need": {"roles": ["approver"], "count": 1}}
}

test_loud_as_advice_while_writing if {
	some reason in others_answering.reasons with input.phase as "advice"
		with input.conversation as {"others_answering": 1}
		with data.mercat.data.authority.others_answering as {"need": {"roles": ["approver"], "count": 1}}
	reason.severity == "advice"
	not reason.need
	reason.parameters == {"people": 1}
}

test_loud_when_proposing if {
	some reason in others_answering.reasons with input.phase as "proposal"
		with input.conversation as {"others_answering": 2}
		with data.mercat.data.authority.others_answering as {"need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
	reason.message == "authority.others_answering"
	reason.need == {"roles": ["approver"], "count": 1}
}

test_loud_at_the_sending if {
	some reason in others_answering.reasons with input.phase as "sending"
		with input.conversation as {"others_answering": 1}
		with data.mercat.data.authority.others_answering as {"need": {"roles": ["approver"], "count": 1}}
	reason.severity == "hold"
}
