"""A WebSocket server that answers each message, and a client that sends one; needs websockets.

Usage: websocket.py serve ADDRESS PORT | websocket.py send URL COOKIE MESSAGE
"""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve


async def answer(socket):
    async for message in socket:
        await socket.send(f"received {len(message)} characters")


async def main(arguments):
    if arguments[0] == "serve":
        async with serve(answer, arguments[1], int(arguments[2])):
            await asyncio.Event().wait()
    async with connect(arguments[1], additional_headers={"Cookie": arguments[2]}) as socket:
        await socket.send(arguments[3])
        await socket.recv()


asyncio.run(main(sys.argv[1:]))
