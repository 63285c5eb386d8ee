"""What ends a run of measurements early."""


class MeasurementError(Exception):
    """A measurement could not be made; the text says what happened. It is no figure."""
