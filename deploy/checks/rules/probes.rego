# METADATA
# title: Probes
# description: The cluster asks every service whether it lives and whether it can work, and ends it in peace.
package deploy.probes

import data.deploy.workloads

paths := {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}

# METADATA
# title: Mercat's probes
# description: Life is asked for at /healthz, readiness at /readyz, where the service answers.
deny contains sentence if {
	some each in workloads.containers
	each.kind in workloads.serving
	each.it.name == "mercat"
	some probe, path in paths
	object.get(each.it, [probe, "httpGet", "path"], "") != path
	sentence := sprintf("%s: its %s does not ask for %s", [each.of, probe, path])
}

# METADATA
# title: Their port
# description: The port that a probe names is the one where the service is told to answer.
deny contains sentence if {
	some each in workloads.containers
	each.kind in workloads.serving
	each.it.name == "mercat"
	some probe, _ in paths
	port := object.get(each.it, [probe, "httpGet", "port"], "")
	not asks_where_it_answers(each.it, port)
	sentence := sprintf("%s: its %s asks at %v, where nothing answers", [each.of, probe, port])
}

asks_where_it_answers(container, port) if {
	some named in container.ports
	named.name == port
	some variable in container.env
	variable.name == "MERCAT_SERVICE_PORT"
	to_number(variable.value) == named.containerPort
}

# METADATA
# title: Beside Mercat
# description: What stands beside a service is asked, too.
deny contains sentence if {
	some each in workloads.containers
	each.kind in workloads.serving
	some probe in ["livenessProbe", "readinessProbe"]
	not each.it[probe]
	sentence := sprintf("%s, %s: has no %s", [each.of, each.it.name, probe])
}

# METADATA
# title: Time to end
# description: A service gets time to finish what it has in hand.
deny contains sentence if {
	some workload in workloads.all
	workload.kind in workloads.serving
	object.get(workloads.pod(workload), "terminationGracePeriodSeconds", 30) < 45
	sentence := sprintf("%s: has less than 45 seconds to finish what it has in hand", [workloads.name(workload)])
}

# METADATA
# title: Calls on the way
# description: A service goes on for some seconds while the cluster takes it off its lists.
deny contains sentence if {
	some each in workloads.containers
	each.kind in workloads.serving
	each.it.name == "mercat"
	object.get(each.it, ["lifecycle", "preStop", "sleep", "seconds"], 0) < 3
	sentence := sprintf("%s: ends while requests are still on their way to it", [each.of])
}
