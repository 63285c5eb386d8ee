# METADATA
# title: Networks, tried
# description: Ways that are open and should not be, or shut and should not be.
package deploy.networks_test

import data.deploy.networks
import data.deploy.sample_test as sample

cases := {
	"no policy": {
		"sentence": "Deployment publish: is under no policy that denies by default",
		"input": sample.without("deny"),
	},
	"denies one way alone": {
		"sentence": "Deployment publish: is under no policy that denies by default",
		"input": sample.spoilt("deny", sample.set_to("/spec/policyTypes", ["Ingress"])),
	},
	"denies elsewhere": {
		"sentence": "Deployment publish: is under no policy that denies by default",
		"input": sample.spoilt("deny", sample.set_to("/metadata/namespace", "village")),
	},
	"denies others": {
		"sentence": "Deployment publish: is under no policy that denies by default",
		"input": sample.spoilt("deny", sample.set_to("/spec/podSelector", {"matchExpressions": [{"key": "component", "operator": "NotIn", "values": ["publish"]}]})),
	},
	"lets something in": {
		"sentence": "Deployment publish: is under no policy that denies by default",
		"input": sample.spoilt("deny", sample.set_to("/spec/ingress", [{"from": [{"podSelector": {"matchLabels": {"a": "b"}}}], "ports": [{"port": 1}]}])),
	},
	"anyone": {
		"sentence": "NetworkPolicy into-policy: ingress without \"from\" is open to anyone",
		"input": sample.spoilt("into-policy", sample.unset("/spec/ingress/0/from")),
	},
	"any port": {
		"sentence": "NetworkPolicy to-policy: egress without \"ports\" is open to anyone",
		"input": sample.spoilt("to-policy", sample.unset("/spec/egress/0/ports")),
	},
	"every namespace": {
		"sentence": "NetworkPolicy into-policy: ingress by an empty namespaceSelector is open to all",
		"input": sample.spoilt("into-policy", sample.replaced("/spec/ingress/0/from/0", {"namespaceSelector": {}})),
	},
	"every pod": {
		"sentence": "NetworkPolicy to-policy: egress by an empty podSelector is open to all",
		"input": sample.spoilt("to-policy", sample.replaced("/spec/egress/0/to/0", {"podSelector": {}})),
	},
	"out and not in": {
		"sentence": "NetworkPolicy to-policy: lets out to Deployment policy at 8490, which lets nobody in there",
		"input": sample.without("into-policy"),
	},
	"a door to a wall": {
		"sentence": "Service policy: leads to Deployment policy at 8491, which lets nobody in",
		"input": sample.spoilt("service", sample.set_to("/spec/ports/0/port", 8491)),
	},
	"the web for all": {
		"sentence": "NetworkPolicy to-the-web: lets Deployment policy out to private addresses or the web",
		"input": sample.spoilt("to-the-web", sample.set_to("/spec/podSelector", {"matchLabels": {"name": "mercat"}})),
	},
	"private addresses": {
		"sentence": "NetworkPolicy to-the-web: lets Deployment publish out to private addresses or the web",
		"input": sample.spoilt("to-the-web", sample.unset("/spec/egress/0/to/0/ipBlock/except/3")),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in networks.deny with input as case.input
}
