"""The API's paths about reports on slots: read and publish what came of a slot."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_slot_report_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about reports on slots."""
    del api, parts
