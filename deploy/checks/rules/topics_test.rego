# METADATA
# title: Kafka, tried
# description: Rights to what is not there, topics by accident, copies without brokers.
package deploy.topics_test

import data.deploy.sample_test as sample
import data.deploy.topics

cases := {
	"a topic that is none": {
		"sentence": "KafkaUser kafka-classify: topic posts.v9 is none of ours",
		"input": sample.spoilt("user", sample.set_to("/spec/authorization/acls/0/resource/name", "posts.v9")),
	},
	"a group that is none": {
		"sentence": "KafkaUser kafka-classify: group sorting is none of ours",
		"input": sample.spoilt("user", sample.set_to("/spec/authorization/acls/3/resource/name", "sorting")),
	},
	"a prefix of nothing": {
		"sentence": "KafkaUser kafka-classify: topic mail. is none of ours",
		"input": sample.spoilt("user", sample.set_to("/spec/authorization/acls/1/resource/name", "mail.")),
	},
	"everything": {
		"sentence": "KafkaUser kafka-classify: may Read everything",
		"input": sample.spoilt("user", sample.set_to("/spec/authorization/acls/2/operations", ["Read"])),
	},
	"by accident": {
		"sentence": "Kafka log: makes topics by accident",
		"input": sample.spoilt("kafka", sample.unset("/spec/kafka/config/auto.create.topics.enable")),
	},
	"open to all pods": {
		"sentence": "Kafka log: the listener tls takes in whoever is in the cluster",
		"input": sample.spoilt("kafka", sample.unset("/spec/kafka/listeners/0/networkPolicyPeers")),
	},
	"in the clear": {
		"sentence": "Kafka log: the listener tls asks nobody who they are",
		"input": sample.spoilt("kafka", sample.set_to("/spec/kafka/listeners/0/tls", false)),
	},
	"whoever comes": {
		"sentence": "Kafka log: the listener tls asks nobody who they are",
		"input": sample.spoilt("kafka", sample.unset("/spec/kafka/listeners/0/authentication")),
	},
	"more copies than brokers": {
		"sentence": "mercat.yaml: 3 copies of a topic on 1 brokers",
		"input": sample.spoilt("brokers", sample.set_to("/spec/replicas", 1)),
	},
	"one copy of Kafka's own": {
		"sentence": "Kafka log: offsets.topic.replication.factor is 1 on 3 brokers",
		"input": sample.spoilt("kafka", sample.set_to("/spec/kafka/config/offsets.topic.replication.factor", 1)),
	},
	"Kafka elsewhere": {
		"sentence": "mercat.yaml: no listener of Kafka is at log-kafka-bootstrap.town.svc:9093",
		"input": sample.spoilt("kafka", sample.set_to("/spec/kafka/listeners/0/port", 9094)),
	},
	"PostgreSQL elsewhere": {
		"sentence": "mercat.yaml: PostgreSQL is not at postgresql://mercat@rows-rw.town.svc:5432/mercat?sslmode=verify-full",
		"input": sample.spoilt("rows", sample.set_to("/metadata/name", "columns")),
	},
	"a certificate of nobody": {
		"sentence": "Deployment publish: there is no KafkaUser kafka-classify",
		"input": sample.spoilt("user", sample.set_to("/metadata/name", "kafka-sorting")),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in topics.deny with input as case.input
}
