"""The archive over HTTP: whole for whoever lacks it, and not again for whoever has it."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from services.policy.bundle import Bundle
from services.policy.bundle_archive import bundle_archive, signed_files
from services.policy.file_bundle import read_bundle
from services.policy.http_bundle import PLACE, bundle_routes
from tests.rules_keys import RULES_KEY


class Service:
    """The route over rules that can be changed, asked without a network."""

    def __init__(self) -> None:
        self.bundle: Bundle = read_bundle()
        self._app = FastAPI()
        self._app.include_router(bundle_routes(lambda: self.bundle, RULES_KEY.sign_archive))

    def ask(self, **headers: str) -> httpx.Response:
        """Return the answer, whole."""
        return asyncio.run(self._ask(headers))

    async def _ask(self, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://policy") as client:
            return await client.get(PLACE, headers=headers)


def archive(bundle: Bundle) -> bytes:
    """Return what is served of a bundle."""
    return bundle_archive(signed_files(bundle, RULES_KEY.sign_archive))


@pytest.fixture
def service() -> Service:
    """The rules that come with Mercat, served."""
    return Service()


def test_whoever_asks_first_gets_the_archive(service: Service) -> None:
    """The tag is the revision, so that it says what is in force and not when it was made."""
    answer = service.ask()

    assert (200, archive(service.bundle)) == (answer.status_code, answer.content)
    assert (f'"{service.bundle.revision}"', "application/gzip") == (
        answer.headers["ETag"],
        answer.headers["Content-Type"],
    )


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"'])
def test_whoever_has_the_revision_gets_nothing(service: Service, form: str) -> None:
    """An OPA that asks every few seconds costs a line each time."""
    answer = service.ask(**{"If-None-Match": form.format(service.bundle.revision)})

    assert (304, b"") == (answer.status_code, answer.content)


def test_whoever_has_an_old_revision_gets_the_new_one(service: Service) -> None:
    """A change of the rules in force is a change of the tag, and of what is served."""
    before = service.ask()
    service.bundle = Bundle("0" * 64, service.bundle.manifest, service.bundle.modules, {"new": 1})

    answer = service.ask(**{"If-None-Match": before.headers["ETag"]})

    assert (200, archive(service.bundle)) == (answer.status_code, answer.content)
