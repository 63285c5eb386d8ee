"""The API's paths about bells: say how one wishes to be told, and read what was told."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_bell_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about bells."""
    del api, parts
