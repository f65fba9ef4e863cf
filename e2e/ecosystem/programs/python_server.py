"""A python-socketio server with the handlers of checks.cjs: python_server.py <sync|gevent|async>. Writes "port <n>"."""

import socketserver
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import engineio
import socketio

# One polling payload holds 16 packets there, too few for what our client sends at once.
engineio.payload.Payload.max_decode_packets = 200


class Refusal(socketio.exceptions.ConnectionRefusedError):
    pass


def refuse(auth):
    if auth and auth.get("token") == "wrong":
        raise Refusal("not authorized", {"code": 7})


def run_sync():
    server = socketio.Server(async_mode="threading", cors_allowed_origins="*")

    for namespace in ("/", "/other"):
        add_sync_handlers(server, namespace)

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            pass

    class Threaded(socketserver.ThreadingMixIn, WSGIServer):
        daemon_threads = True

    http = make_server("127.0.0.1", 0, socketio.WSGIApp(server), Threaded, Quiet)
    print(f"port {http.server_port}", flush=True)
    http.serve_forever()


def run_gevent():
    """The synchronous server with websockets."""
    from gevent import pywsgi
    from geventwebsocket.handler import WebSocketHandler

    server = socketio.Server(async_mode="gevent", cors_allowed_origins="*")
    for namespace in ("/", "/other"):
        add_sync_handlers(server, namespace)
    http = pywsgi.WSGIServer(("127.0.0.1", 0), socketio.WSGIApp(server), handler_class=WebSocketHandler, log=None)
    http.start()
    print(f"port {http.server_port}", flush=True)
    http.serve_forever()


def add_sync_handlers(server, namespace):
    server.on("connect", lambda sid, environ, auth: refuse(auth), namespace=namespace)
    server.on("echo", lambda sid, *args: args, namespace=namespace)

    @server.on("join", namespace=namespace)
    def join(sid, room):
        server.enter_room(sid, room, namespace=namespace)
        return len(server.rooms(sid, namespace=namespace))

    @server.on("broadcast", namespace=namespace)
    def broadcast(sid, room, *args):
        server.emit("news", args, room=room, namespace=namespace)

    server.on("ask me", lambda sid: server.call("question", 1, to=sid, namespace=namespace), namespace=namespace)
    server.on("throw me out", lambda sid: server.disconnect(sid, namespace=namespace), namespace=namespace)


def run_async():
    from aiohttp import web

    server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
    app = web.Application()
    server.attach(app)
    for namespace in ("/", "/other"):
        add_async_handlers(server, namespace)

    async def announce(runner):
        print(f"port {runner.addresses[0][1]}", flush=True)

    async def main():
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await announce(runner)
        await asyncio.Event().wait()

    import asyncio

    asyncio.run(main())


def add_async_handlers(server, namespace):
    @server.on("connect", namespace=namespace)
    async def connect(sid, environ, auth):
        refuse(auth)

    @server.on("echo", namespace=namespace)
    async def echo(sid, *args):
        return args

    @server.on("join", namespace=namespace)
    async def join(sid, room):
        server.enter_room(sid, room, namespace=namespace)
        return len(server.rooms(sid, namespace=namespace))

    @server.on("broadcast", namespace=namespace)
    async def broadcast(sid, room, *args):
        await server.emit("news", args, room=room, namespace=namespace)

    @server.on("ask me", namespace=namespace)
    async def ask_me(sid):
        return await server.call("question", 1, to=sid, namespace=namespace)

    @server.on("throw me out", namespace=namespace)
    async def throw_me_out(sid):
        await server.disconnect(sid, namespace=namespace)


{"sync": run_sync, "gevent": run_gevent, "async": run_async}[sys.argv[1]]()
