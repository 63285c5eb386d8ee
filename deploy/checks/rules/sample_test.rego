# METADATA
# title: A sound sample
# description: >-
#   Small manifests that no rule has anything against, by kind and name, and what the tests of the
#   rules do to them. Invented; what is really deployed lies in deploy/k8s.
package deploy.sample_test

facts := {
	"version": "1.2.3",
	"opa_port": 8181,
	"partitions": {"posts.received.v1": 12, "posts.classified.v1": 12},
	"listening": {"classify": {"group": "mercat.classify", "topic": "posts.received.v1"}},
	"groups": ["mercat.classify"],
	"environment": ["MERCAT_FOLDER", "MERCAT_KEYS", "MERCAT_SERVICE_PORT", "MERCAT_POSTGRES_PASSWORD"],
	"commands": ["serve publish", "serve policy", "serve classify"],
}

confined := {"readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}

confined_template(container) := {
	"pod": {"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}},
	container: {"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}},
}

limited := {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}

mercat(service) := {
	"name": "mercat",
	"image": "registry.example/mercat:1.2.3",
	"args": ["serve", service],
	"env": [
		{"name": "MERCAT_SERVICE_PORT", "value": "8490"},
		{"name": "MERCAT_POSTGRES_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}},
	],
	"ports": [{"name": "service", "containerPort": 8490}],
	"startupProbe": {"httpGet": {"path": "/healthz", "port": "service"}},
	"livenessProbe": {"httpGet": {"path": "/healthz", "port": "service"}},
	"readinessProbe": {"httpGet": {"path": "/readyz", "port": "service"}},
	"lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
	"volumeMounts": [{"name": "scratch", "mountPath": "/a"}, {"name": "kafka", "mountPath": "/b"}],
	"securityContext": confined,
	"resources": limited,
}

opa := {
	"name": "opa",
	"image": "openpolicyagent/opa:1.22.2-static",
	"args": ["run", "--server", "--addr=127.0.0.1:8181"],
	"ports": [{"name": "diagnostic", "containerPort": 8282}],
	"livenessProbe": {"httpGet": {"path": "/health", "port": "diagnostic"}},
	"readinessProbe": {"httpGet": {"path": "/health", "port": "diagnostic"}},
	"securityContext": confined,
	"resources": limited,
}

deployment(service, spec, containers) := {
	"apiVersion": "apps/v1",
	"kind": "Deployment",
	"metadata": {"name": service, "namespace": "town"},
	"spec": object.union(spec, {"template": {
		"metadata": {"labels": {"name": "mercat", "component": service}},
		"spec": {
			"serviceAccountName": "mercat",
			"automountServiceAccountToken": false,
			"enableServiceLinks": false,
			"terminationGracePeriodSeconds": 60,
			"securityContext": {"runAsNonRoot": true, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
			"containers": containers,
			"volumes": [
				{"name": "scratch", "emptyDir": {"sizeLimit": "64Mi"}},
				{"name": "kafka", "projected": {"sources": [{"secret": {"name": "kafka-classify"}}]}},
			],
		},
	}}),
}

policy(name, spec) := {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": {"name": name, "namespace": "town"},
	"spec": spec,
}

only(component) := {"matchLabels": {"component": component}}

manifests := {
	"Namespace": {
		"apiVersion": "v1",
		"kind": "Namespace",
		"metadata": {"name": "town", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
	},
	"publish": deployment("publish", {"replicas": 2}, [mercat("publish"), opa]),
	"policy": deployment("policy", {"replicas": 1}, [mercat("policy"), opa]),
	"classify": object.union(deployment("classify", {}, [mercat("classify")]), {"kind": "StatefulSet"}),
	"settings": {
		"apiVersion": "v1",
		"kind": "ConfigMap",
		"metadata": {"name": "body", "namespace": "town"},
		"data": {"mercat.yaml": yaml.marshal({"scaled": {
			"kafka": {"servers": ["log-kafka-bootstrap.town.svc:9093"], "replicas": 3},
			"postgres": {
				"address": "postgresql://mercat@rows-rw.town.svc:5432/mercat?sslmode=verify-full",
				"connections_max": 4,
			},
		}})},
	},
	"deny": policy("deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
	"to-policy": policy("to-policy", {
		"podSelector": {"matchExpressions": [{"key": "component", "operator": "In", "values": ["publish"]}]},
		"policyTypes": ["Egress"],
		"egress": [{"to": [{"podSelector": only("policy")}], "ports": [{"port": 8490}]}],
	}),
	"into-policy": policy("into-policy", {
		"podSelector": only("policy"),
		"policyTypes": ["Ingress"],
		"ingress": [{"from": [{"podSelector": only("publish")}], "ports": [{"port": 8490}]}],
	}),
	"to-the-web": policy("to-the-web", {
		"podSelector": only("publish"),
		"policyTypes": ["Egress"],
		"egress": [{
			"to": [{"ipBlock": {
				"cidr": "0.0.0.0/0",
				"except": ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
			}}],
			"ports": [{"port": 443}],
		}],
	}),
	"service": {
		"apiVersion": "v1",
		"kind": "Service",
		"metadata": {"name": "policy", "namespace": "town"},
		"spec": {"selector": {"component": "policy"}, "ports": [{"port": 8490, "targetPort": "service"}]},
	},
	"budget": {
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {"name": "publish"},
		"spec": {"maxUnavailable": 1, "selector": only("publish")},
	},
	"budget-of-classify": {
		"apiVersion": "policy/v1",
		"kind": "PodDisruptionBudget",
		"metadata": {"name": "classify"},
		"spec": {"maxUnavailable": 1, "selector": only("classify")},
	},
	"scaled": {
		"apiVersion": "keda.sh/v1alpha1",
		"kind": "ScaledObject",
		"metadata": {"name": "classify"},
		"spec": {
			"scaleTargetRef": {"kind": "StatefulSet", "name": "classify"},
			"minReplicaCount": 2,
			"maxReplicaCount": 12,
			"triggers": [{
				"type": "kafka",
				"metadata": {"topic": "posts.received.v1", "consumerGroup": "mercat.classify"},
			}],
		},
	},
	"kafka": {
		"apiVersion": "kafka.strimzi.io/v1",
		"kind": "Kafka",
		"metadata": {"name": "log", "namespace": "town"},
		"spec": {"entityOperator": {"template": confined_template("userOperatorContainer")}, "kafka": {
			"listeners": [{"name": "tls", "port": 9093, "tls": true, "authentication": {"type": "tls"}, "networkPolicyPeers": [{"podSelector": only("classify")}]}],
			"config": {
				"auto.create.topics.enable": false,
				"default.replication.factor": 3,
				"offsets.topic.replication.factor": 3,
				"transaction.state.log.replication.factor": 3,
			},
		}},
	},
	"brokers": {
		"apiVersion": "kafka.strimzi.io/v1",
		"kind": "KafkaNodePool",
		"metadata": {"name": "brokers"},
		"spec": {"replicas": 3, "roles": ["broker"], "template": confined_template("kafkaContainer")},
	},
	"user": {
		"apiVersion": "kafka.strimzi.io/v1",
		"kind": "KafkaUser",
		"metadata": {"name": "kafka-classify"},
		"spec": {"authorization": {"acls": [
			{"resource": {"type": "topic", "name": "posts.received.v1"}, "operations": ["Read"]},
			{"resource": {"type": "topic", "name": "posts.", "patternType": "prefix"}, "operations": ["Describe"]},
			{"resource": {"type": "topic", "name": "*"}, "operations": ["Describe"]},
			{"resource": {"type": "group", "name": "mercat.classify"}, "operations": ["Read"]},
			{"resource": {"type": "cluster"}, "operations": ["Describe"]},
		]}},
	},
	"rows": {
		"apiVersion": "postgresql.cnpg.io/v1",
		"kind": "Cluster",
		"metadata": {"name": "rows", "namespace": "town"},
		"spec": {
			"imageName": "registry.example/postgresql:17.4",
			"bootstrap": {"initdb": {"database": "mercat"}},
			"postgresql": {"parameters": {"max_connections": "100"}},
		},
	},
}

# The input with one manifest changed by JSON patches.
spoilt(name, patches) := {
	"facts": facts,
	"manifests": [changed(key, manifest, name, patches) | some key, manifest in manifests],
}

changed(key, manifest, name, patches) := json.patch(manifest, patches) if key == name

changed(key, manifest, name, _) := manifest if key != name

# The input with a manifest more, or one less.
with_another(manifest) := {"facts": facts, "manifests": array.concat([each | some each in manifests], [manifest])}

without(name) := {"facts": facts, "manifests": [manifest | some key, manifest in manifests; key != name]}

set_to(path, value) := [{"op": "add", "path": path, "value": value}]

replaced(path, value) := [{"op": "replace", "path": path, "value": value}]

unset(path) := [{"op": "remove", "path": path}]

confined_service := {
	"read_only": true,
	"cap_drop": ["ALL"],
	"security_opt": ["no-new-privileges:true"],
	"user": "10001:10001",
	"mem_limit": "1g",
	"cpus": 1,
	"pids_limit": 100,
	"healthcheck": {"test": ["CMD", "true"]},
	"logging": {"options": {"max-size": "10m"}},
}

prepared := {"migrate": {"condition": "service_completed_successfully"}, "topics": {"condition": "service_completed_successfully"}}

composed(service) := object.union(confined_service, {
	"image": "mercat:1.2.3",
	"command": ["serve", service],
	"environment": {"MERCAT_SERVICE_PORT": "8490"},
	"networks": ["inside"],
	"depends_on": prepared,
})

beside(service) := object.union(confined_service, {
	"image": "openpolicyagent/opa:1.22.2-static",
	"command": ["run", "--addr=127.0.0.1:8181"],
	"network_mode": sprintf("service:%s", [service]),
})

compose := {
	"services": {
		"publish": object.union(composed("publish"), {
			"networks": ["inside", "outside"],
			"ports": ["127.0.0.1:8490:8490"],
			"volumes": [{"type": "bind", "source": "./body", "read_only": true}],
		}),
		"policy": composed("policy"),
		"classify": composed("classify"),
		"console": object.union(confined_service, {"image": "registry.example/pages:1.0"}),
		"publish-opa": beside("publish"),
		"policy-opa": beside("policy"),
		"console-opa": beside("console"),
	},
	"networks": {"inside": {"internal": true}, "outside": {}},
	"secrets": {"postgres-password": {"file": "./secrets/postgres-password"}},
}

spoilt_compose(patches) := {"facts": facts, "compose": json.patch(compose, patches)}

# Every rule's sentences on an input.
sentences contains sentence if {
	some concern in ["images", "confinement", "probes", "secrets", "networks", "engine", "disruption", "scaling", "topics", "commands", "compose"]
	some sentence in data.deploy[concern].deny
}

test_the_sample_is_sound if {
	sentences == set() with input as {"facts": facts, "manifests": [manifest | some manifest in manifests]}
}

test_the_sample_of_compose_is_sound if {
	sentences == set() with input as {"facts": facts, "compose": compose}
}
