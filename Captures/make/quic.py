"""An HTTP/3 server and client, so that there is a QUIC peer on a system that has none of its own; needs aioquic.

Usage: quic.py serve ADDRESS PORT CERTIFICATE KEY [--retry]
       quic.py fetch ADDRESS PORT NAME PATH COOKIE [TICKET-FILE]
"""

import asyncio
import os
import pickle
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated


class Server(QuicConnectionProtocol):
    http = None

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        if self.http is None:
            return
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                self.http.send_headers(part.stream_id, [(b":status", b"200"), (b"content-type", b"text/html")])
                self.http.send_data(part.stream_id, b"<!doctype html><title>Shop</title>Example shop.", True)
                self.transmit()


class Client(QuicConnectionProtocol):
    async def fetch(self, name, path, cookie):
        http = H3Connection(self._quic)
        self.answered = asyncio.get_running_loop().create_future()
        self.http = http
        stream = self._quic.get_next_available_stream_id()
        http.send_headers(
            stream,
            [
                (b":method", b"GET"),
                (b":scheme", b"https"),
                (b":authority", name.encode()),
                (b":path", path.encode()),
                (b"cookie", cookie.encode()),
            ],
            True,
        )
        self.transmit()
        await asyncio.wait_for(self.answered, 5)

    def quic_event_received(self, event):
        if not hasattr(self, "http"):
            return
        for part in self.http.handle_event(event):
            if isinstance(part, DataReceived) and part.stream_ended and not self.answered.done():
                self.answered.set_result(None)


class Tickets:
    """Session tickets, for one life of the server."""

    def __init__(self):
        self.held = {}

    def add(self, ticket):
        self.held[ticket.ticket] = ticket

    def pop(self, label):
        return self.held.get(label)


async def main(arguments):
    if arguments[0] == "serve":
        configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
        configuration.load_cert_chain(arguments[3], arguments[4])
        tickets = Tickets()
        await serve(
            arguments[1],
            int(arguments[2]),
            configuration=configuration,
            create_protocol=Server,
            session_ticket_fetcher=tickets.pop,
            session_ticket_handler=tickets.add,
            retry="--retry" in arguments,
        )
        await asyncio.Event().wait()
    address, port, name, path, cookie = arguments[1:6]
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN, server_name=name, verify_mode=ssl.CERT_NONE)
    file = arguments[6] if len(arguments) > 6 else None
    if file and os.path.exists(file):
        with open(file, "rb") as stored:
            configuration.session_ticket = pickle.load(stored)

    def keep(ticket):
        if file:
            with open(file, "wb") as stored:
                pickle.dump(ticket, stored)

    async with connect(
        address, int(port), configuration=configuration, create_protocol=Client, session_ticket_handler=keep
    ) as client:
        await client.fetch(name, path, cookie)
        await asyncio.sleep(0.2)


asyncio.run(main(sys.argv[1:]))
