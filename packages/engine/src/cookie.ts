import { serialize } from "cookie";

/** Attributes of a cookie (RFC 6265 §5.2). Declared here, so that programs need no types of the `cookie` package. */
export interface SerializeOptions {
  domain?: string | undefined;
  /** Default `encodeURIComponent`. */
  encode?(value: string): string;
  expires?: Date | undefined;
  httpOnly?: boolean | undefined;
  /** Seconds. */
  maxAge?: number | undefined;
  partitioned?: boolean | undefined;
  path?: string | undefined;
  priority?: "low" | "medium" | "high" | undefined;
  /** `true` means `"strict"`. */
  sameSite?: boolean | "lax" | "strict" | "none" | undefined;
  secure?: boolean | undefined;
}

/**
 * The `Set-Cookie` value with the id of a session (option `cookie`).
 *
 * @returns `null` when no cookie is wanted
 */
export function sessionCookie(
  option: (SerializeOptions & { name?: string }) | boolean | undefined,
  sid: string,
): string | null {
  if (!option) return null;
  const given = option === true ? {} : option;
  const path = given.path === undefined ? "/" : given.path;
  const { name = "io", ...attributes } = given;
  return serialize(name, sid, {
    ...attributes,
    path,
    // Quirk: `path: false`, which the type does not allow, leaves HttpOnly out as well; programs rely on it.
    httpOnly: (path as unknown) !== false && given.httpOnly !== false,
    sameSite: given.sameSite ?? "lax",
  });
}
