// What an attacker sends once a session has begun: packets of Engine.IO and Socket.IO in WebSocket frames, most of them right.

export function upgradeHeaders(random) {
  const lines = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  if (random.oneIn(3)) lines.push("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
  return lines.join("\r\n");
}

/** Messages: strings are text, buffers are binary, numbers are opcodes of control frames. */
export function script(random, upgrades) {
  const messages = [];
  if (upgrades && !random.oneIn(5)) messages.push("2probe");
  if (upgrades && !random.oneIn(5)) messages.push("5");
  if (!random.oneIn(6)) messages.push("40");
  for (let i = random.int(0, 12); i > 0; i--) messages.push(...some(random));
  return messages;
}

function some(random) {
  switch (random.int(0, 11)) {
    case 0:
      return [Buffer.from(random.bytes(random.int(0, 40)))];
    case 1:
      return [random.pick([8, 9, 9, 10])];
    case 2:
      return [`451-["${event(random)}",{"_placeholder":true,"num":0}]`, Buffer.of(1, 2, 3)];
    case 3:
      return [
        `4${random.pick(["0", "1", "2", "3", "4", "5", "6", "9", ""])}${random.pick(["/a,", "", "/", "[", "1"])}`,
      ];
    case 4:
      return [`40${namespace(random)}${random.pick(["", '{"token":1}', '{"pid":"x","offset":"y"}', "[]", '"x"'])}`];
    case 5:
      return [`41${namespace(random)}`];
    case 6:
      return [random.pick(["1", "2", "3", "5", "6", "2probe", "3probe", "", "x"])];
    case 7:
      return [`43${namespace(random)}${random.int(0, 3)}["x"]`];
    default:
      return [`42${namespace(random)}${random.oneIn(3) ? random.int(0, 99) : ""}${call(random)}`];
  }
}

function call(random) {
  const values = Array.from({ length: random.int(0, 3) }, () => value(random, 0));
  const text = JSON.stringify([event(random), ...values]);
  return random.oneIn(15) ? text.slice(0, random.int(0, text.length)) : text;
}

function event(random) {
  return random.pick([
    "echo",
    "echo",
    "join",
    "leave",
    "say",
    "all",
    "drop",
    "ask",
    "askAll",
    "late",
    "bye",
    "upper",
    "x",
  ]);
}

function value(random, depth) {
  const kind = random.int(0, depth > 3 ? 5 : 8);
  if (kind < 3) return random.pick(["r1", "r2", "", "__proto__", "\u2028\ud83d\ude00", "x".repeat(300)]);
  if (kind < 6) return random.pick([0, -1, 1e21, true, null]);
  if (kind < 8) return { [random.pick(["a", "__proto__", "toJSON", "_placeholder"])]: value(random, depth + 1) };
  return [value(random, depth + 1)];
}

function namespace(random) {
  return random.pick(["", "", "", "", "/late,", "/refused,", "/dyn-a,", "/dyn-b,", "/none,", "/late?x=1,"]);
}

export function payload(random) {
  return ["40", ...script(random, false).filter((message) => typeof message === "string" && message !== "")].join(
    "\x1e",
  );
}

/** A message in one frame or several, masked; now and then not as it should be. */
export function frameOf(random, message) {
  if (typeof message === "number") return [frame(random, message, true, control(random, message))];
  const opcode = typeof message === "string" ? 1 : 2;
  const bytes = Buffer.from(message);
  if (!random.oneIn(10)) return [frame(random, opcode, true, bytes)];
  const cut = random.int(0, bytes.length);
  const between = random.oneIn(2) ? [frame(random, 9, true, Buffer.from("ping"))] : [];
  return [
    frame(random, opcode, false, bytes.subarray(0, cut)),
    ...between,
    frame(random, 0, true, bytes.subarray(cut)),
  ];
}

function control(random, opcode) {
  if (opcode !== 8) return random.bytes(random.int(0, 10));
  return random.oneIn(3) ? Buffer.alloc(0) : Buffer.of(3, random.pick([232, 233, 237, 240]));
}

function frame(random, opcode, fin, payloadBytes) {
  const broken = random.oneIn(60) ? random.next() & 0x7f : 0;
  const first = ((fin ? 0x80 : 0) | opcode) ^ broken;
  const { length } = payloadBytes;
  const head = length < 126 ? Buffer.of(first, 0x80 | length) : Buffer.of(first, 0xfe, length >> 8, length & 0xff);
  const key = random.bytes(4);
  const masked = payloadBytes.map((byte, i) => byte ^ key[i & 3]);
  return Buffer.concat([head, key, masked]);
}
