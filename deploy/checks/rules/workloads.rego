# METADATA
# title: Workloads
# description: >-
#   What runs, told from the manifests of a cluster: workloads, their pods and containers, and the
#   body's settings in their ConfigMap. The input is {"manifests": [...], "facts": {...}}.
package deploy.workloads

serving := {"Deployment", "StatefulSet"}

running := serving | {"DaemonSet", "Job"}

all contains workload if {
	some workload in input.manifests
	workload.kind in running
}

name(workload) := sprintf("%s %s", [workload.kind, workload.metadata.name])

pod(workload) := workload.spec.template.spec

labels(workload) := object.get(workload.spec.template.metadata, "labels", {})

containers contains {"of": name(workload), "kind": workload.kind, "it": container} if {
	some workload in all
	some key in ["containers", "initContainers"]
	some container in object.get(pod(workload), key, [])
}

# Settings of the body: the ConfigMap that holds mercat.yaml.
settings contains yaml.unmarshal(manifest.data["mercat.yaml"]) if {
	some manifest in input.manifests
	manifest.kind == "ConfigMap"
	"mercat.yaml" in object.keys(manifest.data)
}

# Whether a selector's matchLabels and matchExpressions (In, NotIn) fit these labels.
fits(selector, labels) if {
	every key, value in object.get(selector, "matchLabels", {}) {
		labels[key] == value
	}
	every expression in object.get(selector, "matchExpressions", []) {
		fits_expression(expression, labels)
	}
}

fits_expression(expression, labels) if {
	expression.operator == "In"
	labels[expression.key] in expression.values
}

fits_expression(expression, labels) if {
	expression.operator == "NotIn"
	not object.get(labels, expression.key, null) in expression.values
}
