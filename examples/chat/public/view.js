// What the page shows. Text only ever enters it as text, never as markup.

const $ = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const entries = new Map();
const typers = new Map();
const MAX_SHOWN = 300;
const TYPING_SHOWN_MS = 4_000;
/** Nearer to the end than this, the list follows what arrives. */
const END_PX = 80;

export const elements = {
  welcome: $("welcome"),
  enter: $("enter"),
  nickname: $("nickname"),
  room: $("room"),
  compose: $("compose"),
  text: $("text"),
  pick: $("pick"),
  file: $("file"),
  newRoom: $("new-room"),
  newRoomName: $("new-room-name"),
};

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param message {id, from, at, text} or {id, from, at, image, type} */
export function showMessage(message, { mine, meta = "" }) {
  if (entries.has(message.id)) return false;
  const list = $("messages");
  const atEnd = distanceToEnd() < END_PX;
  const item = make("li", mine ? "message mine" : "message");
  item.dataset.id = message.id;
  if (!mine) item.append(make("span", "from", message.from));
  item.append(message.image === undefined ? make("span", "text", message.text) : picture(message));
  const note = make("span", "meta");
  item.append(note);
  list.append(item);
  const entry = { item, note, at: clock.format(message.at) };
  entries.set(message.id, entry);
  setMeta(entry, meta);
  dropOldest(list);
  if (atEnd || mine) scrollToEnd();
  $("count").textContent = String(entries.size);
  return true;
}

function picture(message) {
  const image = make("img");
  image.addEventListener("load", () => isAtEnd && scrollToEnd());
  image.alt = `image from ${message.from}`;
  image.src = URL.createObjectURL(new Blob([message.image], { type: message.type }));
  return image;
}

function dropOldest(list) {
  while (list.children.length > MAX_SHOWN) {
    const oldest = list.firstElementChild;
    const image = oldest.querySelector("img");
    if (image) URL.revokeObjectURL(image.src);
    entries.delete(oldest.dataset.id);
    oldest.remove();
  }
}

function setMeta(entry, meta) {
  entry.note.textContent = meta ? `${entry.at} ${meta}` : entry.at;
}

/** The tick of one of our messages: waiting, accepted, delivered, or why not. */
export function markMessage(id, state, detail = "") {
  const entry = entries.get(id);
  if (entry === undefined) return;
  entry.item.dataset.state = state;
  entry.item.classList.toggle("failed", state === "failed");
  const text = { queued: "waiting", accepted: "✓", delivered: `✓✓ ${detail}`, failed: `not sent: ${detail}` }[state];
  setMeta(entry, text.trim());
}

export function clearMessages() {
  for (const image of $("messages").querySelectorAll("img")) URL.revokeObjectURL(image.src);
  $("messages").replaceChildren();
  entries.clear();
  typers.clear();
  showTypers();
}

export function showRoom(name) {
  $("room-name").textContent = `#${name}`;
  document.title = `#${name} · Halyard chat`;
}

export function showRooms(rooms, current, onPick) {
  $("rooms").replaceChildren(
    ...rooms.map(({ name, count }) => {
      const button = make("button");
      button.append(make("span", "", `#${name}`), make("span", "muted", count > 0 ? String(count) : ""));
      button.setAttribute("aria-current", String(name === current));
      button.addEventListener("click", () => onPick(name));
      const item = make("li");
      item.append(button);
      return item;
    }),
  );
}

export function showPeople(names, you) {
  $("here").textContent = String(names.length);
  $("people").replaceChildren(...names.map((name) => make("li", "", name === you ? `${name} (you)` : name)));
}

/** A notice that somebody types is forgotten after a while, because it is volatile and its end may get lost. */
export function showTyping(name, isTyping) {
  clearTimeout(typers.get(name));
  typers.delete(name);
  if (isTyping)
    typers.set(
      name,
      setTimeout(() => showTyping(name, false), TYPING_SHOWN_MS),
    );
  showTypers();
}

function showTypers() {
  const names = [...typers.keys()];
  const who = names.length > 3 ? "several people" : names.join(", ");
  $("typing").textContent = names.length === 0 ? "" : `${who} ${names.length === 1 ? "is" : "are"} typing…`;
}

/** The end of the list stays in view when the room for it changes: a banner, a longer draft, the keyboard of a phone. */
let isAtEnd = true;
$("messages").addEventListener("scroll", () => (isAtEnd = distanceToEnd() < END_PX), { passive: true });
new ResizeObserver(() => isAtEnd && scrollToEnd()).observe($("messages"));

function distanceToEnd() {
  const list = $("messages");
  return list.scrollHeight - list.scrollTop - list.clientHeight;
}

function scrollToEnd() {
  $("messages").scrollTop = $("messages").scrollHeight;
}

/** Whether what is shown about others is out of date. */
export function showAway(isAway) {
  $("app").classList.toggle("away", isAway);
}

export function showBanner(text) {
  $("banner").textContent = text;
  $("banner").hidden = text === "";
}

export function showTransport(name) {
  $("transport").textContent = name;
}

export function showRoundTrip(ms) {
  $("round-trip").textContent = ms === null ? "–" : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export function showRefusal(text) {
  $("refusal").textContent = text;
}
