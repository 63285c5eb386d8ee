"""The API's paths about corrections: put right what went out."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_correction_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about corrections."""
    del api, parts
