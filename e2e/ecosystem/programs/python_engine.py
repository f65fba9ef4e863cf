"""python-engineio: `server` writes "port <n>" and echoes; `client <url> <transport>` sends and expects echoes."""

import asyncio
import sys

import engineio

MESSAGES = ["text", "€ and 😀", b"\x00\xff", "x" * 50000]


def run_client(url, transport):
    client = engineio.Client()
    received = []
    client.on("message", received.append)
    client.connect(url, transports=[transport], engineio_path="engine.io")
    # A synchronous client cannot post text beyond Latin-1.
    messages = [m for m in MESSAGES if transport == "websocket" or isinstance(m, bytes) or m.isascii()]
    for message in messages:
        client.send(message)
    for _ in range(200):
        if len(received) == len(messages):
            break
        client.sleep(0.05)
    assert received == messages, [repr(m)[:40] for m in received]
    client.disconnect()
    print("passed")


async def run_server():
    from aiohttp import web

    server = engineio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
    app = web.Application()
    server.attach(app)

    @server.on("message")
    async def echo(sid, data):
        await server.send(sid, data)

    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"port {runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if sys.argv[1] == "client":
    run_client(*sys.argv[2:])
else:
    asyncio.run(run_server())
