"""The socket that pages and the API are served on."""

import asyncio
import socket
from typing import Final

from services.bootstrap_http import listen

AT_ONCE: Final = 1


def test_an_answer_is_sent_at_once_and_waits_for_nothing() -> None:
    """Small pieces are not held back until the other side has said that it has the last one."""
    listener = listen("127.0.0.1", 0, "choose another port")

    assert AT_ONCE == asyncio.run(_no_delay(listener))


async def _no_delay(listener: socket.socket) -> int:
    """Return whether a connection that the loop takes on a listener sends at once."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def taken(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        told.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(taken, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        found = await told
        writer.close()
        await writer.wait_closed()
    return found
