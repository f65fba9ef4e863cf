/** A header longer than this is not read, in characters. */
const MAX_LENGTH = 1024;

/**
 * The coding of a compressed reply (RFC 9110 §12.5.3): the one the client weighs highest, the first named among equals.
 *
 * @param header value of `Accept-Encoding`
 * @param supported codings at hand; the first ones are taken for `*`
 * @returns `null` when the client accepts none of them
 */
export function chooseEncoding<Coding extends string>(
  header: string | undefined,
  supported: readonly Coding[],
): Coding | null {
  if (header === undefined || header === "" || header.length > MAX_LENGTH) return null;
  let best: Coding | null = null;
  let bestWeight = 0;
  let wildcardWeight = 0;
  const named = new Set<string>();
  for (const item of header.split(",")) {
    const [name = "", ...parameters] = item.split(";");
    const coding = name.trim().toLowerCase();
    const weight = weightOf(parameters);
    named.add(coding);
    if (coding === "*") {
      wildcardWeight = weight;
    } else if (weight > bestWeight) {
      const known = supported.find((candidate) => candidate === coding);
      if (known !== undefined) {
        best = known;
        bestWeight = weight;
      }
    }
  }
  const byWildcard = supported.find((coding) => !named.has(coding));
  return wildcardWeight > bestWeight && byWildcard !== undefined ? byWildcard : best;
}

/** RFC 9110 §12.4.2: `q` from 0 to 1, absent is 1. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=");
    if (name.trim().toLowerCase() === "q") {
      const weight = Number.parseFloat(value);
      return weight >= 0 && weight <= 1 ? weight : 0;
    }
  }
  return 1;
}
