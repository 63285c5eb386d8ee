"""Holds resources against schemas as a cluster would that refuses what it does not know."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import kubernetes_validate
from jsonschema import Draft202012Validator

from tests.deploy.foreign_schemas import Schemas
from tests.deploy.places import Manifest

CLUSTER_VERSIONS: Final = ("1.34", "1.37")
"""The oldest release that has all we use, and the newest whose schema is at hand."""
OWN_GROUPS: Final = ("apps/", "batch/", "networking.k8s.io/", "policy/")
_OBJECT_META: Final = {"type": "object"}
"""A resource's metadata is the cluster's own; these schemas say nothing of it."""


def is_own(manifest: Manifest) -> bool:
    """Return whether clusters have this kind of resource without an operator."""
    api = manifest["apiVersion"]
    return "/" not in api or api.startswith(OWN_GROUPS)


def faults(manifest: Manifest, schemas: Schemas, version: str) -> list[str]:
    """Return a sentence for each thing a cluster with these resources would refuse."""
    api, kind = manifest["apiVersion"], manifest["kind"]
    name = f"{kind} {manifest['metadata']['name']}"
    if is_own(manifest):
        return [f"{name}: {sentence}" for sentence in _own_faults(manifest, version)]
    schema = schemas.get(f"{api} {kind}")
    if schema is None:
        return [f"{name}: no schema of {api} {kind} is at hand"]
    closed = _closed(schema)
    closed["properties"]["metadata"] = _OBJECT_META
    return [
        f"{name}: {'/'.join(str(step) for step in error.path)}: {error.message[:200]}"
        for error in Draft202012Validator(closed).iter_errors(manifest)
    ]


def _own_faults(manifest: Manifest, version: str) -> Sequence[str]:
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except (
        kubernetes_validate.ValidationError,
        kubernetes_validate.SchemaNotFoundError,
        kubernetes_validate.InvalidSchemaError,
    ) as error:
        return [getattr(error, "message", str(error))]
    return []


def _closed(schema: Any) -> Any:
    """Return a schema under which a key that is not declared is a fault, as the cluster has it."""
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return [_closed(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    declares = isinstance(schema.get("properties"), Mapping)
    keeps = schema.get("x-kubernetes-preserve-unknown-fields") is True
    if declares and not keeps and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    return closed
