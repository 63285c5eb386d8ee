# METADATA
# title: Scaling
# description: Workers come and go with the lag of their group, up to what their topic can feed.
package deploy.scaling

import data.deploy.workloads

scaled contains manifest if {
	some manifest in input.manifests
	manifest.kind == "ScaledObject"
}

lags contains {"of": object.metadata.name, "most": object.spec.maxReplicaCount, "it": trigger.metadata} if {
	some object in scaled
	some trigger in object.spec.triggers
	trigger.type == "kafka"
}

# METADATA
# title: More than partitions
# description: A worker without a partition stands idle.
deny contains sentence if {
	some lag in lags
	partitions := object.get(input.facts.partitions, lag.it.topic, 0)
	lag.most > partitions
	sentence := sprintf("ScaledObject %s: up to %d workers for %d partitions of %s", [lag.of, lag.most, partitions, lag.it.topic])
}

# METADATA
# title: Group
# description: The lag looked at is that of the service's own group on its own topic.
deny contains sentence if {
	some lag in lags
	own := object.get(input.facts.listening, lag.of, {"group": "none", "topic": "none"})
	{"group": lag.it.consumerGroup, "topic": lag.it.topic} != own
	sentence := sprintf("ScaledObject %s: looks at %s on %s, not at %s on %s", [lag.of, lag.it.consumerGroup, lag.it.topic, own.group, own.topic])
}

# METADATA
# title: Nobody
# description: There is always a worker, since one that starts late lets posts wait.
deny contains sentence if {
	some object in scaled
	object.spec.minReplicaCount < 1
	sentence := sprintf("ScaledObject %s: may leave nobody at work", [object.metadata.name])
}

# METADATA
# title: Two words
# description: Who scales a workload says how many there are; the workload does not.
deny contains sentence if {
	some object in scaled
	some workload in workloads.all
	workload.kind in workloads.serving
	workload.metadata.name == object.spec.scaleTargetRef.name
	workload.spec.replicas
	sentence := sprintf("%s: says how many run, and so does ScaledObject %s", [workloads.name(workload), object.metadata.name])
}

# METADATA
# title: Target
# description: What is scaled is there.
deny contains sentence if {
	some object in scaled
	target := object.spec.scaleTargetRef
	not [target.kind, target.name] in {[workload.kind, workload.metadata.name] | some workload in workloads.all}
	sentence := sprintf("ScaledObject %s: scales %s, which is not there", [object.metadata.name, object.spec.scaleTargetRef.name])
}

# METADATA
# title: Connections
# description: Every service at its most, and one more of each during an update, still finds a connection.
deny contains sentence if {
	some cluster in input.manifests
	startswith(cluster.apiVersion, "postgresql.cnpg.io/")
	most := to_number(cluster.spec.postgresql.parameters.max_connections)
	some settings in workloads.settings
	wanted := sum([n |
		some workload in workloads.all
		workload.kind in workloads.serving
		n := (most_of(workload) + 1) * settings.scaled.postgres.connections_max
	])
	wanted + 20 > most
	sentence := sprintf("Cluster %s: has %d connections, and %d may be wanted", [cluster.metadata.name, most, wanted + 20])
}

most_of(workload) := object.spec.maxReplicaCount if {
	some object in scaled
	object.spec.scaleTargetRef.name == workload.metadata.name
} else := object.get(workload.spec, "replicas", 1)
