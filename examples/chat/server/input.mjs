import { LIMITS } from "./limits.mjs";

const ROOM = /^[a-z0-9][a-z0-9-]{0,23}$/;
const ID = /^[\w-]{8,64}$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Checks of what a browser sends. Each returns the clean value or null. */
export function cleanNickname(value) {
  if (typeof value !== "string") return null;
  const name = value.normalize("NFC").replace(CONTROL, "").replace(/\s+/g, " ").trim();
  return name.length > 0 && name.length <= LIMITS.nicknameChars ? name : null;
}

export function cleanRoom(value) {
  return typeof value === "string" && ROOM.test(value) ? value : null;
}

export function cleanId(value) {
  return typeof value === "string" && ID.test(value) ? value : null;
}

export function cleanText(value) {
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text.length > 0 && text.length <= LIMITS.textChars ? text : null;
}

const SIGNATURES = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/** The media type by content, never by the sender's word; null for anything but PNG, JPEG, GIF and WebP. */
export function imageType(data) {
  if (!Buffer.isBuffer(data) || data.length < 12 || data.length > LIMITS.imageBytes) return null;
  for (const [type, bytes] of SIGNATURES) {
    if (bytes.every((byte, at) => data[at] === byte)) return type;
  }
  const isWebp = data.toString("latin1", 0, 4) === "RIFF" && data.toString("latin1", 8, 12) === "WEBP";
  return isWebp ? "image/webp" : null;
}
