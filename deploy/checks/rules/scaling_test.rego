# METADATA
# title: Scaling, tried
# description: Workers that would stand idle, follow a wrong lag, or find no connection.
package deploy.scaling_test

import data.deploy.sample_test as sample
import data.deploy.scaling

cases := {
	"more than partitions": {
		"sentence": "ScaledObject classify: up to 13 workers for 12 partitions of posts.received.v1",
		"input": sample.spoilt("scaled", sample.set_to("/spec/maxReplicaCount", 13)),
	},
	"a topic that is none": {
		"sentence": "ScaledObject classify: up to 12 workers for 0 partitions of posts.v9",
		"input": sample.spoilt("scaled", sample.set_to("/spec/triggers/0/metadata/topic", "posts.v9")),
	},
	"the lag of others": {
		"sentence": "ScaledObject classify: looks at mercat.route on posts.received.v1, not at mercat.classify on posts.received.v1",
		"input": sample.spoilt("scaled", sample.set_to("/spec/triggers/0/metadata/consumerGroup", "mercat.route")),
	},
	"nobody at work": {
		"sentence": "ScaledObject classify: may leave nobody at work",
		"input": sample.spoilt("scaled", sample.set_to("/spec/minReplicaCount", 0)),
	},
	"two words": {
		"sentence": "StatefulSet classify: says how many run, and so does ScaledObject classify",
		"input": sample.spoilt("classify", sample.set_to("/spec/replicas", 2)),
	},
	"no target": {
		"sentence": "ScaledObject classify: scales sorting, which is not there",
		"input": sample.spoilt("scaled", sample.set_to("/spec/scaleTargetRef/name", "sorting")),
	},
	"too few connections": {
		"sentence": "Cluster rows: has 91 connections, and 92 may be wanted",
		"input": sample.spoilt("rows", sample.set_to("/spec/postgresql/parameters/max_connections", "91")),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in scaling.deny with input as case.input
}
