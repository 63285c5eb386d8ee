"""The API's paths about the register of accounts: describe an account and its owners."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_register_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about the register of accounts."""
    del api, parts
