# METADATA
# title: Secrets
# description: Manifests name secrets and hold none.
package deploy.secrets

import data.deploy.workloads

# METADATA
# title: Contained
# description: A Secret in the manifests is a secret in the repository.
deny contains sentence if {
	some manifest in input.manifests
	manifest.kind == "Secret"
	sentence := sprintf("Secret %s: is in the manifests; make it in the cluster", [manifest.metadata.name])
}

# METADATA
# title: In a variable
# description: What is secret comes from a Secret or a file.
deny contains sentence if {
	some each in workloads.containers
	some variable in object.get(each.it, "env", [])
	secretive(variable.name)
	variable.value
	sentence := sprintf("%s, %s: %s is written out", [each.of, each.it.name, variable.name])
}

deny contains sentence if {
	some name, service in input.compose.services
	some variable, value in object.get(service, "environment", {})
	secretive(variable)
	not endswith(variable, "_FILE")
	sentence := sprintf("service %s: %s is written out", [name, variable])
}

secretive(name) if regex.match(`(?i)(password|passwd|token|secret|private|credential)`, name)

# METADATA
# title: In settings
# description: Settings hold names of secrets; what looks like a secret itself is found.
deny contains sentence if {
	some manifest in input.manifests
	manifest.kind == "ConfigMap"
	some file, text in object.get(manifest, "data", {})
	some pattern in [`-----BEGIN [A-Z ]*PRIVATE KEY`, `://[^/\s:@]+:[^/\s@]+@`, `whsec_`, `[?&]password=`]
	regex.match(pattern, text)
	sentence := sprintf("ConfigMap %s: %s holds a secret", [manifest.metadata.name, file])
}

# METADATA
# title: Files
# description: In compose a secret is a file that is not in the repository.
deny contains sentence if {
	some name, secret in object.get(input.compose, "secrets", {})
	not startswith(object.get(secret, "file", ""), "./secrets/")
	sentence := sprintf("secret %s: is not a file below ./secrets", [name])
}
