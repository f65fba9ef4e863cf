import { serialize } from "cookie";

/** Options of the `cookie` package. */
export type SerializeOptions = NonNullable<Parameters<typeof serialize>[2]>;

/**
 * The `Set-Cookie` value with the id of a session (option `cookie`).
 *
 * @returns `null` when no cookie is wanted
 */
export function sessionCookie(
  option: (SerializeOptions & { name?: string }) | boolean | undefined,
  sid: string,
): string | null {
  if (!option) {
    return null;
  }
  const given = option === true ? {} : option;
  const path = given.path ?? "/";
  const { name = "io", ...attributes } = given;
  return serialize(name, sid, {
    ...attributes,
    path,
    // Quirk: `path: false`, which the type does not allow, leaves HttpOnly out as well; programs rely on it.
    httpOnly: Boolean(path) && given.httpOnly !== false,
    sameSite: given.sameSite ?? "lax",
  });
}
