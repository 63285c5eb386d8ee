"""The API's paths about rotas and delegation: plan shifts, swap them, and look at leave anew."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_rota_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about rotas and delegation."""
    del api, parts
