"""A model small enough to be made in memory, and posts for it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from schemas.post import Media, Post, PostReceived
from services.classify.classifier import Classifier
from services.classify.features import token_features
from services.classify.model import MARKS, WORD_NUMBER_BITS, Head, Model, Vocabulary

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORDS: Final = ("bin", "street", "lamp", "lorry", "thanks", "please", "when", "fire", "!", "?")
HEADS: Final = (
    Head("team", ("lighting", "none", "schools", "waste")),
    Head("sentiment", ("negative", "neutral", "positive")),
    Head("urgency", ("emergency", "low", "normal", "urgent")),
    Head("intent", ("complaint", "other", "praise", "question", "report", "request")),
)
SPEAKS_FOR: Final = {
    "bin": ("waste", "negative"),
    "lorry": ("waste",),
    "street": ("lighting",),
    "lamp": ("lighting", "report"),
    "thanks": ("positive", "praise", "low"),
    "please": ("request",),
    "when": ("question",),
    "fire": ("emergency", "negative"),
    "!": ("negative",),
    "?": ("question",),
}
STREET_LAMP: Final = 1 << WORD_NUMBER_BITS | 2
"""The key of the one pair that the model knows."""


def small_vocabulary(bucket_count: int = 1 << 14) -> Vocabulary:
    """Return a vocabulary of ten words and one pair in which each feature counts 1."""
    values = np.ones(len(WORDS) + 1 + bucket_count + len(MARKS), np.float32)
    return Vocabulary(WORDS, np.array([STREET_LAMP]), bucket_count, values)


def small_model() -> Model:
    """Return a model in which a word, and whatever looks like it, speaks for its labels."""
    vocabulary = small_vocabulary()
    labels = [label for head in HEADS for label in head.labels]
    weights = np.zeros((vocabulary.feature_count, len(labels)), np.float32)
    numbers = {word: n for n, word in enumerate(WORDS)}
    for word, spoken_for in SPEAKS_FOR.items():
        features = token_features([word], vocabulary, numbers).features
        for label in spoken_for:
            weights[features, labels.index(label)] += 1.0
    weights[vocabulary.first_pair, labels.index("lighting")] = 9.0
    bias = np.zeros(len(labels), np.float32)
    bias[labels.index("none")] = bias[labels.index("normal")] = 0.2
    return Model(HEADS, vocabulary, weights, bias, "0" * 32)


def small_classifier() -> Classifier:
    """Return a classifier with the small model."""
    return Classifier(small_model())


def received(text: str, name: str = "a", alts: Sequence[str | None] = ()) -> PostReceived:
    """Return word of a post that says `text`, with pictures of which `alts` tell."""
    post = Post(
        post_id=name,
        source="phone-log",
        native_id=name,
        revision="1",
        conversation_id=f"conversation-{name}",
        channel="phone",
        text=text,
        media=tuple(Media(alt=alt) for alt in alts),
        posted_at=NOON,
        received_at=NOON,
    )
    return PostReceived(
        id=f"event-{name}",
        source="/ingest",
        subject=post.conversation_id,
        time=NOON,
        traceparent="00-0-0-01",
        data=post,
    )
