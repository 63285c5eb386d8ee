"""What is deployed, checked without a cluster or an engine: manifests, compose, image, unit."""
