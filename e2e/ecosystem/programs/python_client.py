"""python-socketio against a server with the handlers of checks.cjs: python_client.py <url> <sync|async> <transport>."""

import asyncio
import os
import sys
import traceback

import socketio

url, kind, transport = sys.argv[1:]
# A synchronous client cannot post text beyond Latin-1 by polling.
TEXT = "plain text " * 2000 if kind == "sync" else "€ " * 2000


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def run_sync():
    client = socketio.Client(reconnection=False)
    news = []
    client.on("news", lambda *args: news.append(args), namespace="/")
    client.on("question", lambda number: number + 1, namespace="/")
    client.connect(url, transports=[transport], namespaces=["/", "/other"], wait_timeout=10)
    check(client.transport() == transport, "transport")
    for namespace in ("/", "/other"):
        check(client.call("echo", (1, TEXT, {"deep": [True, None]}), namespace=namespace) == (1, TEXT, {"deep": [True, None]}), "echo")
        check(client.call("echo", {"data": b"\x00\x01\xff"}, namespace=namespace) == {"data": b"\x00\x01\xff"}, "binary")
    check(client.call("join", "room") == 2, "room")
    client.emit("broadcast", ("room", "a", b"\x01"))
    check(client.call("ask me") == 2, "acknowledgement by the client")
    check(news == [("a", b"\x01")], news)
    gone = []
    client.on("disconnect", lambda: gone.append("/other"), namespace="/other")
    client.emit("throw me out", namespace="/other")
    for _ in range(100):
        if gone:
            break
        client.sleep(0.05)
    check(gone == ["/other"], "disconnected by the server")
    check(client.call("echo", 1) == 1, "the other namespace goes on")
    client.disconnect()
    refused = socketio.Client(reconnection=False)
    errors = []
    refused.on("connect_error", errors.append)
    try:
        refused.connect(url, transports=[transport], auth={"token": "wrong"}, wait_timeout=10)
    except socketio.exceptions.ConnectionError:
        pass
    check(errors == [{"message": "not authorized", "data": {"code": 7}}], errors)


async def run_async():
    client = socketio.AsyncClient(reconnection=False)
    news = []

    async def on_news(*args):
        news.append(args)

    async def on_question(number):
        return number + 1

    client.on("news", on_news)
    client.on("question", on_question)
    await client.connect(url, transports=[transport], namespaces=["/", "/other"], wait_timeout=10)
    check(client.transport() == transport, "transport")
    for namespace in ("/", "/other"):
        answer = await client.call("echo", (1, TEXT, {"deep": [True, None]}), namespace=namespace)
        check(answer == (1, TEXT, {"deep": [True, None]}), "echo")
        check(await client.call("echo", {"data": b"\x00\x01\xff"}, namespace=namespace) == {"data": b"\x00\x01\xff"}, "binary")
    check(await client.call("join", "room") == 2, "room")
    await client.emit("broadcast", ("room", "a", b"\x01"))
    check(await client.call("ask me") == 2, "acknowledgement by the client")
    check(news == [("a", b"\x01")], news)
    await client.disconnect()


try:
    run_sync() if kind == "sync" else asyncio.run(run_async())
    print("passed", flush=True)
    os._exit(0)
except BaseException:
    traceback.print_exc()
    # Threads of the client would keep the process.
    os._exit(1)
