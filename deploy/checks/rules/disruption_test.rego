# METADATA
# title: Disruption, tried
# description: Budgets that are missing, or that keep a node from being emptied.
package deploy.disruption_test

import data.deploy.disruption
import data.deploy.sample_test as sample

cases := {
	"no budget": {
		"sentence": "Deployment publish: runs 2 times and has 0 budgets",
		"input": sample.without("budget"),
	},
	"no budget for what is scaled": {
		"sentence": "StatefulSet classify: runs 2 times and has 0 budgets",
		"input": sample.without("budget-of-classify"),
	},
	"a budget of one": {
		"sentence": "PodDisruptionBudget publish: Deployment publish runs once",
		"input": sample.spoilt("publish", sample.set_to("/spec/replicas", 1)),
	},
	"a budget of nothing": {
		"sentence": "PodDisruptionBudget publish: lets not exactly one go",
		"input": sample.spoilt("budget", sample.set_to("/spec/maxUnavailable", 0)),
	},
	"a budget by the least": {
		"sentence": "PodDisruptionBudget publish: lets not exactly one go",
		"input": sample.spoilt("budget", sample.set_to("/spec", {"minAvailable": 1, "selector": {"matchLabels": {"component": "publish"}}})),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in disruption.deny with input as case.input
}
