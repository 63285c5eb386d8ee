"""The API's paths about nominations: have citizens name a curator, and draw one."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_nomination_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about nominations."""
    del api, parts
