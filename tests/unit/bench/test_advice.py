"""The drafts that live advice is measured with."""

from bench.advice import order
from services.policy.orders import AskAdvice


def test_every_draft_is_one_the_api_takes() -> None:
    """A draft that was refused for its form would be answered too soon."""
    told = [AskAdvice.model_validate(order(number)) for number in range(30)]

    assert {500} == {len(each.text) for each in told}


def test_no_draft_is_asked_twice() -> None:
    """A reading that was kept would make the second answer sooner than people get it."""
    told = {order(number)["text"] for number in range(200)}

    assert 200 == len(told)
