# METADATA
# title: Policy engine, tried
# description: An OPA that is missing, or that others reach.
package deploy.engine_test

import data.deploy.engine
import data.deploy.sample_test as sample

cases := {
	"missing": {
		"sentence": "Deployment publish: has no OPA beside it",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1")),
	},
	"on every address": {
		"sentence": "Deployment publish: OPA does not listen to 127.0.0.1:8181 alone",
		"input": sample.spoilt("publish", sample.replaced("/spec/template/spec/containers/1/args/2", "--addr=0.0.0.0:8181")),
	},
	"on one address more": {
		"sentence": "Deployment publish: OPA does not listen to 127.0.0.1:8181 alone",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/args/-", "--addr=0.0.0.0:80")),
	},
	"where it likes": {
		"sentence": "Deployment publish: OPA does not listen to 127.0.0.1:8181 alone",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1/args/2")),
	},
	"a port": {
		"sentence": "Deployment publish, opa: offers OPA's port",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/ports/0/containerPort", 8181)),
	},
	"a Service": {
		"sentence": "Service policy: leads to OPA",
		"input": sample.spoilt("service", sample.set_to("/spec/ports/0/targetPort", 8181)),
	},
	"a Service by name": {
		"sentence": "Service policy: leads to OPA",
		"input": sample.spoilt("service", sample.set_to("/spec/ports/0/targetPort", "diagnostic")),
	},
	"a policy": {
		"sentence": "NetworkPolicy into-policy: leads to OPA",
		"input": sample.spoilt("into-policy", sample.set_to("/spec/ingress/0/ports/0/port", 8181)),
	},
	"in compose, missing": {
		"sentence": "service publish: has no OPA beside it",
		"input": sample.spoilt_compose(sample.unset("/services/publish-opa")),
	},
	"in compose, apart": {
		"sentence": "service publish-opa: OPA has a network of its own",
		"input": sample.spoilt_compose(sample.unset("/services/publish-opa/network_mode")),
	},
	"in compose, on every address": {
		"sentence": "service publish-opa: OPA does not listen to 127.0.0.1:8181",
		"input": sample.spoilt_compose(sample.replaced("/services/publish-opa/command/1", "--addr=0.0.0.0:8181")),
	},
	"in compose, with a port": {
		"sentence": "service publish-opa: OPA has a port",
		"input": sample.spoilt_compose(sample.set_to("/services/publish-opa/ports", ["127.0.0.1:8181:8181"])),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in engine.deny with input as case.input
}
