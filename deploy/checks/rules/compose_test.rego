# METADATA
# title: Compose, tried
# description: Each way out of a service of compose, opened once.
package deploy.compose_test

import data.deploy.compose
import data.deploy.sample_test as sample

cases := {
	"may write its root": {
		"sentence": "service publish: may write its root",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/read_only", false)),
	},
	"keeps capabilities": {
		"sentence": "service publish: keeps capabilities",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/cap_drop", ["NET_RAW"])),
	},
	"adds capabilities": {
		"sentence": "service publish: adds capabilities",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/cap_add", ["SYS_ADMIN"])),
	},
	"may gain rights": {
		"sentence": "service publish: may gain rights",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/security_opt", [])),
	},
	"is privileged": {
		"sentence": "service publish: is privileged",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/privileged", true)),
	},
	"runs as root": {
		"sentence": "service publish: runs as root",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/user", "0:0")),
	},
	"shares the machine's network": {
		"sentence": "service publish: shares the machine's network",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/network_mode", "host")),
	},
	"shares the machine's processes": {
		"sentence": "service publish: shares the machine's processes",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/pid", "host")),
	},
	"has no limit of memory": {
		"sentence": "service publish: has no limit of memory",
		"input": sample.spoilt_compose(sample.unset("/services/publish/mem_limit")),
	},
	"has no limit of processor": {
		"sentence": "service publish: has no limit of processor",
		"input": sample.spoilt_compose(sample.unset("/services/publish/cpus")),
	},
	"has no limit of processes": {
		"sentence": "service publish: has no limit of processes",
		"input": sample.spoilt_compose(sample.unset("/services/publish/pids_limit")),
	},
	"is not asked whether it is well": {
		"sentence": "service publish: is not asked whether it is well",
		"input": sample.spoilt_compose(sample.unset("/services/publish/healthcheck")),
	},
	"logs without end": {
		"sentence": "service publish: logs without end",
		"input": sample.spoilt_compose(sample.unset("/services/publish/logging")),
	},
	"runs as whoever the image says": {
		"sentence": "service publish: runs as root",
		"input": sample.spoilt_compose(sample.unset("/services/publish/user")),
	},
	"open to other machines": {
		"sentence": "service publish: is open to other machines at 8490:8490",
		"input": sample.spoilt_compose(sample.replaced("/services/publish/ports/0", "8490:8490")),
	},
	"writes a folder of the machine": {
		"sentence": "service publish: may write ./body",
		"input": sample.spoilt_compose(sample.unset("/services/publish/volumes/0/read_only")),
	},
	"sees the engine's socket": {
		"sentence": "service publish: sees the engine's socket",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/volumes/0/source", "/var/run/docker.sock")),
	},
	"has a way out": {
		"sentence": "service policy: has a way out by outside",
		"input": sample.spoilt_compose(sample.set_to("/services/policy/networks/-", "outside")),
	},
	"does not wait": {
		"sentence": "service policy: does not wait for topics",
		"input": sample.spoilt_compose(sample.unset("/services/policy/depends_on/topics")),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in compose.deny with input as case.input
}
