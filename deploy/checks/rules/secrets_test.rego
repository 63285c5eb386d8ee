# METADATA
# title: Secrets, tried
# description: Secrets where none may be.
package deploy.secrets_test

import data.deploy.sample_test as sample
import data.deploy.secrets

cases := {
	"a Secret": {
		"sentence": "Secret a: is in the manifests; make it in the cluster",
		"input": sample.with_another({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}),
	},
	"in a variable": {
		"sentence": "Deployment publish, mercat: MERCAT_POSTGRES_PASSWORD is written out",
		"input": sample.spoilt("publish", sample.replaced("/spec/template/spec/containers/0/env/1", {"name": "MERCAT_POSTGRES_PASSWORD", "value": "tulip"})),
	},
	"in a variable of compose": {
		"sentence": "service publish: MERCAT_TOKEN is written out",
		"input": sample.spoilt_compose(sample.set_to("/services/publish/environment/MERCAT_TOKEN", "tulip")),
	},
	"in an address": {
		"sentence": "ConfigMap body: mercat.yaml holds a secret",
		"input": sample.spoilt("settings", sample.set_to("/data/mercat.yaml", "address: postgresql://mercat:tulip@rows/mercat")),
	},
	"in a query": {
		"sentence": "ConfigMap body: mercat.yaml holds a secret",
		"input": sample.spoilt("settings", sample.set_to("/data/mercat.yaml", "address: postgresql://rows/mercat?password=tulip")),
	},
	"a private key": {
		"sentence": "ConfigMap body: key holds a secret",
		"input": sample.spoilt("settings", sample.set_to("/data/key", "-----BEGIN PRIVATE KEY-----")),
	},
	"of a webhook": {
		"sentence": "ConfigMap body: key holds a secret",
		"input": sample.spoilt("settings", sample.set_to("/data/key", "whsec_dHVsaXA=")),
	},
	"beside the repository": {
		"sentence": "secret postgres-password: is not a file below ./secrets",
		"input": sample.spoilt_compose(sample.set_to("/secrets/postgres-password", {"environment": "PASSWORD"})),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in secrets.deny with input as case.input
}

test_a_file_with_a_secret_may_be_named if {
	count(secrets.deny) == 0 with input as sample.spoilt_compose(sample.set_to("/services/publish/environment/POSTGRES_PASSWORD_FILE", "/run/secrets/a"))
}
