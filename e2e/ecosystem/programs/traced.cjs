// A program traced by OpenTelemetry, which hooks files of socket.io by name. Writes its spans as JSON.
const { SpanKind } = require("@opentelemetry/api");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { SocketIoInstrumentation } = require("@opentelemetry/instrumentation-socket.io");
const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
registerInstrumentations({ instrumentations: [new SocketIoInstrumentation()] });

const { createServer } = require("node:http");
const { Server } = require("socket.io");
const { io: connect } = require("socket.io-client");

const httpServer = createServer();
const io = new Server(httpServer);
io.on("connection", (socket) => {
  socket.on("hello", (done) => {
    socket.join("room");
    socket.emit("reply", 1);
    io.to("room").emit("to a room", 2);
    io.of("/other").emit("to all", 3);
    done();
  });
});
httpServer.listen(0, "127.0.0.1", () => {
  const client = connect(`http://127.0.0.1:${httpServer.address().port}`);
  client.emit("hello", () => {
    const spans = exporter.getFinishedSpans().map((span) => ({
      name: span.name,
      kind: SpanKind[span.kind].toLowerCase(),
      event: span.attributes["messaging.socket.io.event_name"],
      namespace: span.attributes["messaging.socket.io.namespace"],
      rooms: span.attributes["messaging.socket.io.rooms"],
    }));
    console.log(JSON.stringify(spans));
    process.exit(0);
  });
});
