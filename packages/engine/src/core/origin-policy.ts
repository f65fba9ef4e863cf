/** What the `cors` package takes as a fixed set of origins. */
export type FixedOrigins = string | RegExp | readonly (string | RegExp)[];

/** Whether a page of this origin may connect. */
export type OriginPolicy = (origin: string | undefined) => boolean;

/**
 * Makes the policy of the option `verifyOrigin`. A request without `Origin` passes: it does not come from a web page, so
 * there is no user whose cookies it could abuse (RFC 6455 §10.2).
 *
 * @param origins the option `cors.origin`
 * @throws TypeError unless it is a fixed set: a policy that lets everybody pass would only look like one
 */
export function originPolicy(origins: unknown): OriginPolicy {
  if (!isFixed(origins)) {
    throw new TypeError("verifyOrigin needs cors.origin to be an origin, a pattern, or a list of these");
  }
  const rules = (Array.isArray(origins) ? origins : [origins]).map(withoutState);
  return (origin) =>
    origin === undefined || rules.some((rule) => (typeof rule === "string" ? rule === origin : rule.test(origin)));
}

function isFixed(origins: unknown): origins is FixedOrigins {
  if (Array.isArray(origins)) return origins.length > 0 && origins.every((one) => !Array.isArray(one) && isFixed(one));
  return origins instanceof RegExp || (typeof origins === "string" && origins !== "*");
}

/** A pattern with the flag `g` or `y` remembers where it stopped, and fails every other time. */
function withoutState(rule: string | RegExp): string | RegExp {
  return typeof rule === "string" ? rule : new RegExp(rule.source, rule.flags.replace(/[gy]/g, ""));
}
