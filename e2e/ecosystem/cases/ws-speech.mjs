import { imitate } from "../support/imitate.mjs";

export const name = "clients of OpenAI, Deepgram, AssemblyAI, ElevenLabs, Hume and Azure Speech, on ws";
export const packages = {
  openai: "7.55.0",
  "@deepgram/sdk": "5.13.0",
  assemblyai: "4.41.5",
  "@elevenlabs/elevenlabs-js": "2.73.0",
  hume: "0.16.0",
  "microsoft-cognitiveservices-speech-sdk": "1.52.0",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkOpenAI, checkDeepgram, checkAssembly, checkEleven, checkHume, checkSpeech];
  for (const check of checks) await check(context);
}

async function checkOpenAI(context) {
  const { OpenAI } = context.require("openai");
  const { OpenAIRealtimeWS } = context.require("openai/realtime/ws");
  const seen = [];
  const { url } = await imitate(
    context,
    ({ send, receive, req }) => {
      seen.push(req.headers.authorization, req.url);
      send({ type: "session.created", session: {} });
      receive(({ type }) => send({ type: "response.done", response: { was: type } }));
    },
    { secure: true },
  );
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const client = new OpenAI({ apiKey: "key", baseURL: `${url}/v1` });
  const rt = new OpenAIRealtimeWS({ model: "gpt" }, client);
  const events = [];
  rt.on("error", (e) => events.push(e.message));
  rt.on("session.created", () => {
    events.push("created");
    rt.send({ type: "response.create" });
  });
  rt.on("response.done", (e) => events.push(e.response.was));
  rt.socket?.on?.("close", (code, reason) => events.push([code, String(reason)]));
  await context.eventually(() => events, ["created", "response.create"], `openai ${seen}`);
  context.equal(seen[0], "Bearer key", "openai");
  rt.close({ code: 1000, reason: "done" });
  await context.eventually(() => events.at(-1), [1000, "done"], "openai close");
}

async function checkDeepgram(context) {
  const { DeepgramClient } = context.require("@deepgram/sdk");
  const seen = [];
  const { wsUrl, url } = await imitate(context, ({ send, receive, req }) => {
    seen.push(req.headers.authorization);
    receive((m, isBinary) => {
      seen.push(isBinary ? m.length : m.type);
      if (isBinary) send({ type: "Results", channel: { alternatives: [{ transcript: "é" }] } });
    });
  });
  const client = new DeepgramClient({ apiKey: "key", environment: { base: url, production: wsUrl, agent: wsUrl } });
  const socket = await client.listen.v1.connect({ model: "nova-3", Authorization: "Token key" });
  const events = [];
  socket.on("open", () => events.push("open"));
  socket.on("message", (m) => events.push(m.type));
  socket.on("error", (e) => events.push(`error ${e.message}`));
  socket.on("close", () => events.push("close"));
  socket.connect();
  await socket.waitForOpen();
  socket.sendMedia(Buffer.alloc(100));
  await context.eventually(() => events, ["open", "Results"], `deepgram ${seen}`);
  context.equal(seen.slice(1), [100], "deepgram");
  socket.close();
  await context.eventually(() => events.at(-1), "close", "deepgram close");
}

async function checkAssembly(context) {
  const { StreamingTranscriber } = context.require("assemblyai");
  const seen = [];
  const { wsUrl } = await imitate(
    context,
    ({ send, receive, webSocket, req }) => {
      seen.push(req.headers.authorization ?? req.url);
      send({ type: "Begin", id: "1", expires_at: 1 });
      receive((m, isBinary) => {
        seen.push(isBinary ? m.length : m.type);
        if (isBinary) send({ type: "Turn", transcript: "é", turn_order: 0, words: [] });
        if (m.type === "Terminate") {
          send({ type: "Termination", audio_duration_seconds: 1, session_duration_seconds: 1 });
          webSocket.close(1000);
        }
      });
    },
    { secure: true },
  );
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const transcriber = new StreamingTranscriber({ apiKey: "key", websocketBaseUrl: wsUrl, sampleRate: 16000 });
  const events = [];
  transcriber.on("open", ({ id }) => events.push(id));
  transcriber.on("turn", ({ transcript }) => events.push(transcript));
  transcriber.on("error", (e) => events.push(`error ${e.message}`));
  transcriber.on("close", (code) => events.push(code));
  await transcriber.connect();
  transcriber.sendAudio(new Uint8Array(64).buffer);
  await context.eventually(() => events, ["1", "é"], `assembly ${seen}`);
  await transcriber.close();
  context.equal(seen.includes(64), true, "assembly audio");
}

async function checkEleven(context) {
  const { ElevenLabsClient } = context.require("@elevenlabs/elevenlabs-js");
  const seen = [];
  const { wsUrl, url } = await imitate(context, ({ send, receive, req }) => {
    seen.push(req.headers["xi-api-key"]);
    send({ message_type: "session_started", session_id: "1", config: {} });
    receive((m) => {
      seen.push(m.message_type ?? m.audio_base_64 ?? "?");
      send({ message_type: "partial_transcript", text: "é" });
    });
  });
  const client = new ElevenLabsClient({ apiKey: "key", baseUrl: url });
  const connection = await client.speechToText.realtime.connect({
    modelId: "scribe_v2_realtime",
    audioFormat: "pcm_16000",
    sampleRate: 16000,
    baseUri: wsUrl,
  });
  const events = [];
  for (const e of ["session_started", "partial_transcript", "error", "close"])
    connection.on(e, (m) => events.push(m?.text ?? e));
  await context.eventually(() => events, ["session_started"], "ElevenLabs: begins");
  connection.send({ audioBase64: "AAAA" });
  await context.eventually(() => events.includes("é"), true, `eleven ${seen} ${events}`);
  connection.close();
}

async function checkHume(context) {
  const { HumeClient } = context.require("hume");
  const seen = [];
  const { url, wsUrl } = await imitate(context, ({ send, receive, req }) => {
    seen.push(req.url.split("?")[0]);
    receive((m) => {
      seen.push(m.type);
      send({ type: "user_message", from_text: true, message: { role: "user", content: "é" }, models: {} });
    });
  });
  const client = new HumeClient({ apiKey: "key", environment: { base: url, evi: wsUrl, tts: wsUrl, stream: wsUrl } });
  const socket = await client.empathicVoice.chat.connect({ apiKey: "key" });
  const events = [];
  socket.on("open", () => events.push("open"));
  socket.on("message", (m) => events.push(m.type));
  socket.on("error", (e) => events.push(`error ${e.message}`));
  socket.on("close", () => events.push("close"));
  await (socket.waitForOpen?.() ?? socket.tillSocketOpen());
  socket.sendUserInput("hi");
  await context.eventually(() => events, ["open", "user_message"], `hume ${seen}`);
  socket.close();
  await context.eventually(() => events.at(-1), "close", "hume");
}

async function checkSpeech(context) {
  const sdk = context.require("microsoft-cognitiveservices-speech-sdk");
  const seen = [];
  const { wsUrl } = await imitate(context, ({ webSocket }) => {
    let id;
    webSocket.on("message", (data, isBinary) => {
      const text = String(isBinary ? data.subarray(2) : data);
      id ??= /X-RequestId:\s*(\w+)/i.exec(text)?.[1];
      const p = /Path:\s*([\w.]+)/i.exec(text)?.[1];
      if (!seen.includes(p)) seen.push(p);
      if (p === "speech.context") id = /X-RequestId:\s*(\w+)/i.exec(text)?.[1];
      const say = (path, body) =>
        webSocket.send(
          `X-RequestId:${id}\r\nPath:${path}\r\nContent-Type:application/json\r\n\r\n${JSON.stringify(body)}`,
        );
      if (p === "audio" && seen.filter((x) => x === "audio").length === 1 && !seen.done) {
        seen.done = true;
        say("turn.start", { context: { serviceTag: "x" } });
        say("speech.phrase", { RecognitionStatus: "Success", DisplayText: "é", Offset: 0, Duration: 1 });
        say("turn.end", {});
      }
    });
  });
  const config = sdk.SpeechConfig.fromEndpoint(new URL(`${wsUrl}/speech`), "key");
  const push = sdk.AudioInputStream.createPushStream();
  push.write(new ArrayBuffer(32000));
  push.close();
  const recognizer = new sdk.SpeechRecognizer(config, sdk.AudioConfig.fromStreamInput(push));
  const result = await new Promise((resolve, reject) => recognizer.recognizeOnceAsync(resolve, reject));
  context.equal(result.text ?? result.errorDetails, "é", `speech ${seen}`);
  await new Promise((resolve) => recognizer.close(resolve, resolve));
}
