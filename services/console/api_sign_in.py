"""The API's paths about sign-in: give, use and take back ways of signing in."""

from fastapi import FastAPI

from services.console.parts import ConsoleParts


def add_sign_in_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about sign-in."""
    del api, parts
