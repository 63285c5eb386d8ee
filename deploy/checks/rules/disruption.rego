# METADATA
# title: Disruption
# description: What runs more than once is taken down one at a time; what runs once holds no node up.
package deploy.disruption

import data.deploy.workloads

budgets contains manifest if {
	some manifest in input.manifests
	manifest.kind == "PodDisruptionBudget"
}

least(workload) := scaled.spec.minReplicaCount if {
	some scaled in input.manifests
	scaled.kind == "ScaledObject"
	scaled.spec.scaleTargetRef.name == workload.metadata.name
} else := object.get(workload.spec, "replicas", 1)

budgets_of(workload) := {budget.metadata.name |
	some budget in budgets
	workloads.fits(budget.spec.selector, workloads.labels(workload))
}

# METADATA
# title: No budget
# description: A service with replicas has one budget.
deny contains sentence if {
	some workload in workloads.all
	workload.kind in workloads.serving
	least(workload) > 1
	count(budgets_of(workload)) != 1
	sentence := sprintf("%s: runs %d times and has %d budgets", [workloads.name(workload), least(workload), count(budgets_of(workload))])
}

# METADATA
# title: Budget of one
# description: A budget over a single replica would keep its node from ever being emptied, or mean nothing.
deny contains sentence if {
	some workload in workloads.all
	workload.kind in workloads.serving
	least(workload) <= 1
	some budget in budgets_of(workload)
	sentence := sprintf("PodDisruptionBudget %s: %s runs once", [budget, workloads.name(workload)])
}

# METADATA
# title: Budget of nothing
# description: A budget lets one go, no more and no less.
deny contains sentence if {
	some budget in budgets
	object.get(budget.spec, "maxUnavailable", 0) != 1
	sentence := sprintf("PodDisruptionBudget %s: lets not exactly one go", [budget.metadata.name])
}
