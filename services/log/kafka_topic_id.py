"""Which making of a topic Kafka has now: a topic deleted and made anew is another by its id."""

from collections.abc import Mapping
from typing import Any, Final

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from services.log.kafka_client import ANSWER_SECONDS_MAX, Heard, error_in, made
from services.runtime.scaled_settings import KafkaSettings

ASKED: Final = "a question about a topic's id"


class KafkaTopicId:
    """Asks for the id of one topic, by its logical name. For one thread; half a millisecond each.

    Kafka gives no id twice. So where an id is the same before something was read and after it,
    what was read is of that making of the topic.
    """

    def __init__(self, options: Mapping[str, Any], kafka: KafkaSettings, topic: str) -> None:
        self._name = kafka.topic(topic)
        self._heard = Heard()
        self._admin: AdminClient = made(AdminClient, options, self._heard)

    def now(self) -> str:
        """Return the id that the topic has now.

        Raises LogUnavailableError where Kafka is away, SettingsError where it refuses us or has no
        such topic.
        """
        asked = self._admin.describe_topics(
            TopicCollection([self._name]), request_timeout=ANSWER_SECONDS_MAX
        )
        try:
            found = asked[self._name].result(ANSWER_SECONDS_MAX * 2)
        except TimeoutError:
            self._admin.poll(0)
            raise self._heard.failure(None, ASKED) from None
        except KafkaException as exception:
            self._admin.poll(0)
            raise self._heard.failure(error_in(exception), ASKED) from exception
        self._heard.went_well()
        return str(found.topic_id)
