# METADATA
# title: Confinement, tried
# description: Each way out of a container, opened once.
package deploy.confinement_test

import data.deploy.confinement
import data.deploy.sample_test as sample

cases := {
	"a pod may run as root": {
		"sentence": "Deployment publish: may run as root",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/securityContext/runAsNonRoot", false)),
	},
	"a pod runs as no user of its own": {
		"sentence": "Deployment publish: runs as no user of its own",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/securityContext/runAsUser", 0)),
	},
	"a pod runs without the runtime's filter of system calls": {
		"sentence": "Deployment publish: runs without the runtime's filter of system calls",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/securityContext/seccompProfile/type", "Unconfined")),
	},
	"a pod gets a token for the cluster": {
		"sentence": "Deployment publish: gets a token for the cluster",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/automountServiceAccountToken", true)),
	},
	"a pod gets variables of every Service, some of which begin with MERCAT_": {
		"sentence": "Deployment publish: gets variables of every Service, some of which begin with MERCAT_",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/enableServiceLinks", true)),
	},
	"a pod shares its node's network": {
		"sentence": "Deployment publish: shares its node's network",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/hostNetwork", true)),
	},
	"a pod shares its node's processes": {
		"sentence": "Deployment publish: shares its node's processes",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/hostPID", true)),
	},
	"a pod shares its node's memory": {
		"sentence": "Deployment publish: shares its node's memory",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/hostIPC", true)),
	},
	"a pod has the namespace's first account": {
		"sentence": "Deployment publish: has the namespace's first account",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/serviceAccountName", "default")),
	},
	"a pod without securityContext": {
		"sentence": "Deployment publish: may run as root",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/securityContext")),
	},
	"a pod without automountServiceAccountToken": {
		"sentence": "Deployment publish: gets a token for the cluster",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/automountServiceAccountToken")),
	},
	"a pod without enableServiceLinks": {
		"sentence": "Deployment publish: gets variables of every Service, some of which begin with MERCAT_",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/enableServiceLinks")),
	},
	"a pod without serviceAccountName": {
		"sentence": "Deployment publish: has the namespace's first account",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/serviceAccountName")),
	},
	"a container may write its root": {
		"sentence": "Deployment publish, opa: may write its root",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/securityContext/readOnlyRootFilesystem", false)),
	},
	"a container may gain rights": {
		"sentence": "Deployment publish, opa: may gain rights",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/securityContext/allowPrivilegeEscalation", true)),
	},
	"a container is privileged": {
		"sentence": "Deployment publish, opa: is privileged",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/securityContext/privileged", true)),
	},
	"a container keeps capabilities": {
		"sentence": "Deployment publish, opa: keeps capabilities",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/securityContext/capabilities/drop", [])),
	},
	"a container adds capabilities": {
		"sentence": "Deployment publish, opa: adds capabilities",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/securityContext/capabilities/add", ["NET_ADMIN"])),
	},
	"a container runs as root": {
		"sentence": "Deployment publish, opa: runs as root",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/securityContext/runAsUser", 0)),
	},
	"a container has no limit of memory": {
		"sentence": "Deployment publish, opa: has no limit of memory",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1/resources/limits/memory")),
	},
	"a container has no limit of processor": {
		"sentence": "Deployment publish, opa: has no limit of processor",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1/resources/limits/cpu")),
	},
	"a container asks for no memory": {
		"sentence": "Deployment publish, opa: asks for no memory",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1/resources/requests/memory")),
	},
	"a container asks for no processor": {
		"sentence": "Deployment publish, opa: asks for no processor",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/1/resources/requests/cpu")),
	},
	"a container without a word": {
		"sentence": "Deployment publish, mercat: may write its root",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/0/securityContext")),
	},
	"a container before the others": {
		"sentence": "Deployment publish, first: may write its root",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/initContainers", [{"name": "first", "image": "a:1.0"}])),
	},
	"a folder of the node": {
		"sentence": "Deployment publish: sees the node's folder /etc",
		"input": sample.spoilt("publish", sample.replaced("/spec/template/spec/volumes/0", {"name": "node", "hostPath": {"path": "/etc"}})),
	},
	"scratch without a size": {
		"sentence": "Deployment publish: the volume scratch may grow without end",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/volumes/0/emptyDir/sizeLimit")),
	},
	"a volume of two kinds": {
		"sentence": "Deployment publish: the volume scratch is not of one kind",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/volumes/0/secret", {"secretName": "a"})),
	},
	"a volume that nobody mounts": {
		"sentence": "Deployment publish: the volume scratch is mounted or there, not both",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/containers/0/volumeMounts/0")),
	},
	"a mount of nothing": {
		"sentence": "Deployment publish: the volume scratch is mounted or there, not both",
		"input": sample.spoilt("publish", sample.unset("/spec/template/spec/volumes/0")),
	},
	"brokers that may gain rights": {
		"sentence": "KafkaNodePool brokers: its pods do not say that they are confined",
		"input": sample.spoilt("brokers", sample.set_to("/spec/template/kafkaContainer/securityContext/allowPrivilegeEscalation", true)),
	},
	"brokers that say nothing": {
		"sentence": "KafkaNodePool brokers: its pods do not say that they are confined",
		"input": sample.spoilt("brokers", sample.unset("/spec/template")),
	},
	"Kafka's users made by root": {
		"sentence": "Kafka log: its pods do not say that they are confined",
		"input": sample.spoilt("kafka", sample.unset("/spec/entityOperator/template/pod")),
	},
	"an open namespace": {
		"sentence": "Namespace town: lets pods ask for more than they need",
		"input": sample.spoilt("Namespace", sample.set_to("/metadata/labels", {})),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in confinement.deny with input as case.input
}
