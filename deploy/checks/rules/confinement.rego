# METADATA
# title: Confinement
# description: A service may do on its node what it needs, and nothing else.
package deploy.confinement

import data.deploy.workloads

# METADATA
# title: Pods
# description: Each pod runs as nobody in particular, under the runtime's own filter, alone.
deny contains sprintf("%s: %s", [workloads.name(workload), sentence]) if {
	some workload in workloads.all
	some sentence in faults_of_pod(workloads.pod(workload))
}

faults_of_pod(pod) := {sentence |
	some sentence, holds in {
		"may run as root": object.get(pod, ["securityContext", "runAsNonRoot"], false) == true,
		"runs as no user of its own": object.get(pod, ["securityContext", "runAsUser"], 0) > 0,
		"runs without the runtime's filter of system calls": object.get(pod, ["securityContext", "seccompProfile", "type"], "") == "RuntimeDefault",
		"gets a token for the cluster": object.get(pod, "automountServiceAccountToken", true) == false,
		"gets variables of every Service, some of which begin with MERCAT_": object.get(pod, "enableServiceLinks", true) == false,
		"shares its node's network": object.get(pod, "hostNetwork", false) == false,
		"shares its node's processes": object.get(pod, "hostPID", false) == false,
		"shares its node's memory": object.get(pod, "hostIPC", false) == false,
		"has the namespace's first account": object.get(pod, "serviceAccountName", "default") != "default",
	}
	not holds
}

# METADATA
# title: Folders of the node
# description: No pod sees a folder of its node.
deny contains sentence if {
	some workload in workloads.all
	some volume in object.get(workloads.pod(workload), "volumes", [])
	volume.hostPath
	sentence := sprintf("%s: sees the node's folder %s", [workloads.name(workload), volume.hostPath.path])
}

# METADATA
# title: Containers
# description: Each container writes nothing but its volumes, gains no rights, and has its limits.
deny contains sprintf("%s, %s: %s", [each.of, each.it.name, sentence]) if {
	some each in workloads.containers
	some sentence in faults_of_container(each.it)
}

faults_of_container(container) := {sentence |
	some sentence, holds in {
		"may write its root": object.get(container, ["securityContext", "readOnlyRootFilesystem"], false) == true,
		"may gain rights": object.get(container, ["securityContext", "allowPrivilegeEscalation"], true) == false,
		"is privileged": object.get(container, ["securityContext", "privileged"], false) == false,
		"keeps capabilities": object.get(container, ["securityContext", "capabilities", "drop"], []) == ["ALL"],
		"adds capabilities": object.get(container, ["securityContext", "capabilities", "add"], []) == [],
		"runs as root": object.get(container, ["securityContext", "runAsUser"], 1) > 0,
		"has no limit of memory": object.get(container, ["resources", "limits", "memory"], null) != null,
		"has no limit of processor": object.get(container, ["resources", "limits", "cpu"], null) != null,
		"asks for no memory": object.get(container, ["resources", "requests", "memory"], null) != null,
		"asks for no processor": object.get(container, ["resources", "requests", "cpu"], null) != null,
	}
	not holds
}

# METADATA
# title: Scratch
# description: A folder in memory or on the node's disk has a size.
deny contains sentence if {
	some workload in workloads.all
	some volume in object.get(workloads.pod(workload), "volumes", [])
	volume.emptyDir
	not volume.emptyDir.sizeLimit
	sentence := sprintf("%s: the volume %s may grow without end", [workloads.name(workload), volume.name])
}

# METADATA
# title: Namespace
# description: The cluster itself refuses pods that ask for more.
deny contains sentence if {
	some manifest in input.manifests
	manifest.kind == "Namespace"
	object.get(manifest.metadata, ["labels", "pod-security.kubernetes.io/enforce"], "") != "restricted"
	sentence := sprintf("Namespace %s: lets pods ask for more than they need", [manifest.metadata.name])
}

# METADATA
# title: Two kinds
# description: A volume is of one kind; what merging left with two, a cluster would refuse.
deny contains sentence if {
	some workload in workloads.all
	some volume in object.get(workloads.pod(workload), "volumes", [])
	count(object.keys(volume)) != 2
	sentence := sprintf("%s: the volume %s is not of one kind", [workloads.name(workload), volume.name])
}

# METADATA
# title: Nowhere
# description: A mount names a volume of its pod, and each volume is mounted.
deny contains sentence if {
	some workload in workloads.all
	volumes := {volume.name | some volume in object.get(workloads.pod(workload), "volumes", [])}
	mounted := {mount.name |
		some container in workloads.pod(workload).containers
		some mount in object.get(container, "volumeMounts", [])
	}
	some name in ((volumes | mounted) - (volumes & mounted))
	sentence := sprintf("%s: the volume %s is mounted or there, not both", [workloads.name(workload), name])
}

# METADATA
# title: Kafka's pods
# description: What Strimzi makes pods of says that they are confined, or the namespace refuses them.
deny contains sprintf("%s: its pods do not say that they are confined", [of]) if {
	some of, parts in kafka_pods
	some part in parts
	not part == true
}

kafka_pods[sprintf("%s %s", [manifest.kind, manifest.metadata.name])] := [nobody(template), closed(template[name])] if {
	some manifest in input.manifests
	startswith(manifest.apiVersion, "kafka.strimzi.io/")
	some kind, name in {"Kafka": "userOperatorContainer", "KafkaNodePool": "kafkaContainer"}
	manifest.kind == kind
	template := object.get(manifest.spec, "template", object.get(manifest.spec, ["entityOperator", "template"], {name: {}}))
}

nobody(template) if {
	template.pod.securityContext.runAsNonRoot == true
	template.pod.securityContext.seccompProfile.type == "RuntimeDefault"
} else := false

closed(container) if {
	container.securityContext.allowPrivilegeEscalation == false
	container.securityContext.capabilities.drop == ["ALL"]
} else := false
