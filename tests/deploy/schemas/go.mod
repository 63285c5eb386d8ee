// Whose schemas the manifests and the compose file are held against: fetched by `go mod download`,
// never built, never committed.
module mercat.example/schemas

go 1.26.0

require (
	github.com/cloudnative-pg/cloudnative-pg v1.25.1
	github.com/compose-spec/compose-go/v2 v2.16.2
	github.com/kedacore/keda/v2 v2.21.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
