# METADATA
# title: Commands, tried
# description: Variables nobody reads, commands that are none, services that nothing runs.
package deploy.commands_test

import data.deploy.commands
import data.deploy.sample_test as sample

cases := {
	"a variable": {
		"sentence": "Deployment publish: nobody reads MERCAT_FOLDR",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/env/-", {"name": "MERCAT_FOLDR", "value": "a"})),
	},
	"a variable of compose": {
		"sentence": "service publish: nobody reads MERCAT_FOLDR",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/environment/MERCAT_FOLDR", "a")),
	},
	"a command": {
		"sentence": "Deployment publish: `mercat serve publishing` is no command",
		"input": sample.spoilt("publish", sample.replaced("/spec/template/spec/containers/0/args/1", "publishing")),
	},
	"a command of compose": {
		"sentence": "service publish: `mercat serve publishing` is no command",
		"input": sample.spoilt_compose(sample.replaced("/services/publish/command/1", "publishing")),
	},
	"no command": {
		"sentence": "Deployment publish: `mercat ` is no command",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/0/args")),
	},
	"a service that nothing runs": {
		"sentence": "`mercat serve classify` is run by nothing",
		"input": sample.without("classify"),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in commands.deny with input as case.input
}
