"""The API's paths about incidents: look at what went wrong with an account, and close it."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_incident_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about incidents."""
    del api, parts
