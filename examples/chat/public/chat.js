import * as view from "./view.js";

const { elements } = view;
const MAX_IMAGE_BYTES = 700_000;
const TYPING_EVERY_MS = 1_500;
const ROUND_TRIP_EVERY_MS = 2_000;

const me = { nickname: "", room: "lobby", name: "" };
let queued = 0;

// Messages go through the retry queue: one at a time, in order, sent again until the server has confirmed them. They
// carry an id, so that one which arrives twice (its confirmation was lost) is shown once.
const socket = window.io({
  autoConnect: false,
  auth: (give) => give({ nickname: me.nickname, room: me.room }),
  retries: Infinity,
  ackTimeout: 10_000,
  reconnectionDelayMax: 2_000,
});

// ---- connection ----
socket.on("connect", () => {
  view.showBanner("");
  view.showAway(false);
  const { engine } = socket.io;
  view.showTransport(engine.transport.name);
  engine.once("upgrade", () => view.showTransport(engine.transport.name));
  measureRoundTrip();
});
socket.on("disconnect", showAway);
socket.on("connect_error", (error) => {
  if (socket.active) return showAway();
  view.showRefusal(error.message);
  elements.welcome.showModal();
});
socket.on("refused", (reason) => view.showBanner(reason));

function showAway() {
  view.showAway(true);
  view.showTransport("–");
  view.showRoundTrip(null);
  const waiting = queued === 0 ? "" : ` ${queued} ${queued === 1 ? "message waits" : "messages wait"}.`;
  view.showBanner(`Connection lost, trying to come back. What you write is sent then.${waiting}`);
}

function measureRoundTrip() {
  if (!socket.connected) return;
  const startMs = performance.now();
  socket.volatile.emit("round-trip", (error) => {
    if (error === null) view.showRoundTrip(performance.now() - startMs);
  });
}
setInterval(measureRoundTrip, ROUND_TRIP_EVERY_MS);

// ---- from the server ----
socket.on("entered", ({ room, you, history }) => {
  me.room = room;
  me.name = you;
  view.showRoom(room);
  for (const message of history) view.showMessage(message, { mine: false });
});
socket.on("message", (message, confirm) => {
  confirm();
  view.showTyping(message.from, false);
  view.showMessage(message, { mine: false });
});
socket.on("delivered", (id, count, isComplete) => {
  view.markMessage(id, "delivered", `${count}${isComplete ? "" : " so far"}`);
});
socket.on("presence", (names) => view.showPeople(names, me.name));
socket.on("rooms", (rooms) => view.showRooms(rooms, me.room, joinRoom));
socket.on("typing", (name, isTyping) => view.showTyping(name, isTyping));

// ---- from the person ----
elements.enter.addEventListener("submit", () => {
  me.nickname = elements.nickname.value;
  me.room = elements.room.value;
  view.showRefusal("");
  socket.connect();
});
// Behind the dialog's own wish to give the focus back.
elements.welcome.addEventListener("close", () => elements.text.focus());
elements.welcome.addEventListener("cancel", (event) => event.preventDefault());

function joinRoom(name) {
  if (name === me.room) return;
  const before = me.room;
  me.room = name;
  view.clearMessages();
  if (socket.connected) view.showBanner("");
  socket.emit("join", name, (error, refusal) => {
    if (error === null && refusal === null) return;
    me.room = before;
    view.showBanner(error?.message ?? refusal);
  });
  elements.text.focus();
}
elements.newRoom.addEventListener("submit", (event) => {
  event.preventDefault();
  joinRoom(elements.newRoomName.value);
  elements.newRoom.reset();
});

/** Shows a message of ours at once and follows it: waiting, accepted by the server, delivered to the others. */
function send(event, content, shown) {
  const id = messageId();
  view.showMessage({ id, from: me.name, at: Date.now(), ...shown }, { mine: true });
  view.markMessage(id, "queued");
  queued += 1;
  if (socket.connected) view.showBanner("");
  else showAway();
  socket.emit(event, id, content, (error, refusal) => {
    queued -= 1;
    if (error !== null || refusal !== null) view.markMessage(id, "failed", error?.message ?? refusal);
    else view.markMessage(id, "accepted");
  });
}

/** 128 random bits; `crypto.randomUUID` is missing on plain http pages that are not on localhost. */
function messageId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

elements.compose.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = elements.text.value.trim();
  if (text === "") return;
  elements.text.value = "";
  typing.stop();
  send("message", text, { text });
});
elements.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  elements.compose.requestSubmit();
});

elements.pick.addEventListener("click", () => elements.file.click());
elements.file.addEventListener("change", async () => {
  const [file] = elements.file.files;
  elements.file.value = "";
  if (file === undefined) return;
  if (file.size > MAX_IMAGE_BYTES)
    return view.showBanner(
      `${file.name} has ${Math.ceil(file.size / 1000)} kB, at most ${MAX_IMAGE_BYTES / 1000} are possible`,
    );
  const image = await file.arrayBuffer();
  send("image", image, { image, type: file.type });
});

const typing = {
  saidAtMs: 0,
  tell(isTyping) {
    if (socket.connected) socket.volatile.emit("typing", isTyping);
  },
  touch() {
    const nowMs = Date.now();
    if (nowMs - this.saidAtMs < TYPING_EVERY_MS) return;
    this.saidAtMs = nowMs;
    this.tell(true);
  },
  stop() {
    if (this.saidAtMs === 0) return;
    this.saidAtMs = 0;
    this.tell(false);
  },
};
elements.text.addEventListener("input", () => (elements.text.value === "" ? typing.stop() : typing.touch()));
elements.text.addEventListener("blur", () => typing.stop());

elements.welcome.showModal();
