# METADATA
# title: Probes, tried
# description: Services of which nobody asks how they are, or not in time.
package deploy.probes_test

import data.deploy.probes
import data.deploy.sample_test as sample

cases := {
	"without a word of life": {
		"sentence": "Deployment publish: its livenessProbe does not ask for /healthz",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/0/livenessProbe")),
	},
	"ready by being alive": {
		"sentence": "Deployment publish: its readinessProbe does not ask for /readyz",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/readinessProbe/httpGet/path", "/healthz")),
	},
	"no time to start": {
		"sentence": "Deployment publish: its startupProbe does not ask for /healthz",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/0/startupProbe")),
	},
	"a port that is none": {
		"sentence": "Deployment publish: its livenessProbe asks at pages, where nothing answers",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/livenessProbe/httpGet/port", "pages")),
	},
	"a port where it does not answer": {
		"sentence": "Deployment publish: its livenessProbe asks at service, where nothing answers",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/env/0/value", "8491")),
	},
	"nobody asks what stands beside": {
		"sentence": "Deployment publish, opa: has no livenessProbe",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1/livenessProbe")),
	},
	"too little time to end": {
		"sentence": "Deployment publish: has less than 45 seconds to finish what it has in hand",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/terminationGracePeriodSeconds")),
	},
	"ends at once": {
		"sentence": "Deployment publish: ends while requests are still on their way to it",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/0/lifecycle")),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in probes.deny with input as case.input
}
