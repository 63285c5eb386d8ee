# METADATA
# title: Kafka
# description: Users, brokers and settings agree on topics, groups, copies and addresses.
package deploy.topics

import data.deploy.workloads

kafkas contains manifest if {
	some manifest in input.manifests
	startswith(manifest.apiVersion, "kafka.strimzi.io/")
	manifest.kind == "Kafka"
}

brokers := sum([pool.spec.replicas |
	some pool in input.manifests
	pool.kind == "KafkaNodePool"
	"broker" in pool.spec.roles
])

# METADATA
# title: Unknown topic
# description: A right to a topic that nobody declares is a slip.
deny contains sentence if {
	some user in input.manifests
	user.kind == "KafkaUser"
	some rule in user.spec.authorization.acls
	rule.resource.type in {"topic", "group"}
	rule.resource.name != "*"
	not declared(rule.resource)
	sentence := sprintf("KafkaUser %s: %s %s is none of ours", [user.metadata.name, rule.resource.type, rule.resource.name])
}

declared(resource) if {
	object.get(resource, "patternType", "literal") == "literal"
	resource.name in names[resource.type]
}

declared(resource) if {
	resource.patternType == "prefix"
	some name in names[resource.type]
	startswith(name, resource.name)
}

names := {
	"topic": object.keys(input.facts.partitions),
	"group": {group | some group in input.facts.groups},
}

# METADATA
# title: Everything
# description: Only the job that makes topics has a right to all of them, and none to read or write.
deny contains sentence if {
	some user in input.manifests
	user.kind == "KafkaUser"
	some rule in user.spec.authorization.acls
	object.get(rule.resource, "name", "") == "*"
	some operation in rule.operations
	operation in {"All", "Read", "Write", "Delete"}
	sentence := sprintf("KafkaUser %s: may %s everything", [user.metadata.name, operation])
}

# METADATA
# title: By accident
# description: No topic comes into being by being written to, and each broker keeps to that.
deny contains sentence if {
	some kafka in kafkas
	object.get(kafka.spec.kafka.config, "auto.create.topics.enable", true) != false
	sentence := sprintf("Kafka %s: makes topics by accident", [kafka.metadata.name])
}

# METADATA
# title: In the clear
# description: Every listener asks for a certificate, over TLS.
deny contains sentence if {
	some kafka in kafkas
	some listener in kafka.spec.kafka.listeners
	not {"tls": listener.tls, "by": object.get(listener, ["authentication", "type"], "")} == {"tls": true, "by": "tls"}
	sentence := sprintf("Kafka %s: the listener %s asks nobody who they are", [kafka.metadata.name, listener.name])
}

# METADATA
# title: Whoever is in the cluster
# description: A listener says who comes to it, since the operator opens it to everybody otherwise.
deny contains sentence if {
	some kafka in kafkas
	some listener in kafka.spec.kafka.listeners
	object.get(listener, "networkPolicyPeers", []) == []
	sentence := sprintf("Kafka %s: the listener %s takes in whoever is in the cluster", [kafka.metadata.name, listener.name])
}

# METADATA
# title: Copies
# description: There are brokers for as many copies as the settings and Kafka's own topics want.
deny contains sentence if {
	some settings in workloads.settings
	count(kafkas) > 0
	settings.scaled.kafka.replicas != min({3, brokers})
	sentence := sprintf("mercat.yaml: %d copies of a topic on %d brokers", [settings.scaled.kafka.replicas, brokers])
}

deny contains sentence if {
	some kafka in kafkas
	some key in ["default.replication.factor", "offsets.topic.replication.factor", "transaction.state.log.replication.factor"]
	kafka.spec.kafka.config[key] != min({3, brokers})
	sentence := sprintf("Kafka %s: %s is %d on %d brokers", [kafka.metadata.name, key, kafka.spec.kafka.config[key], brokers])
}

# METADATA
# title: Address
# description: Mercat looks for Kafka and PostgreSQL where the manifests put them.
deny contains sentence if {
	some settings in workloads.settings
	some kafka in kafkas
	places := {sprintf("%s-kafka-bootstrap.%s.svc:%d", [kafka.metadata.name, kafka.metadata.namespace, listener.port]) |
		some listener in kafka.spec.kafka.listeners
	}
	some server in settings.scaled.kafka.servers
	not server in places
	sentence := sprintf("mercat.yaml: no listener of Kafka is at %s", [server])
}

deny contains sentence if {
	some settings in workloads.settings
	some cluster in input.manifests
	startswith(cluster.apiVersion, "postgresql.cnpg.io/")
	place := sprintf("@%s-rw.%s.svc:5432/%s?sslmode=verify-full", [cluster.metadata.name, cluster.metadata.namespace, cluster.spec.bootstrap.initdb.database])
	not contains(settings.scaled.postgres.address, place)
	sentence := sprintf("mercat.yaml: PostgreSQL is not at %s", [settings.scaled.postgres.address])
}

# METADATA
# title: Certificates
# description: Each Secret of a user that a pod mounts is that of a user who is there.
deny contains sentence if {
	count(kafkas) > 0
	some workload in workloads.all
	some volume in object.get(workloads.pod(workload), "volumes", [])
	some source in object.get(volume, ["projected", "sources"], [])
	name := source.secret.name
	startswith(name, "kafka-")
	not name in {user.metadata.name | some user in input.manifests; user.kind == "KafkaUser"}
	sentence := sprintf("%s: there is no KafkaUser %s", [workloads.name(workload), name])
}
