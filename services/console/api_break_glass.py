"""The API's paths about broken glass: leave for an emergency, by two people."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_break_glass_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about broken glass."""
    del api, parts
