import { splitUri, URI, type UriParts } from "./uri.js";

/** A URI in all its parts, `""` where absent. */
export interface ParsedUri extends UriParts {
  /** The whole. */
  source: string;
  authority: string;
  userInfo: string;
  anchor: string;
  user: string;
  password: string;
  /** Path, query and fragment. */
  relative: string;
  directory: string;
  /** Last segment of the path when it has an extension. */
  file: string;
  /** Whether the host was an address in brackets. */
  ipv6uri?: true;
  pathNames: string[];
  queryKey: Record<string, string>;
}

/**
 * Takes a URI apart.
 *
 * @throws the string `URI too long` above 8000 characters
 */
export function parse(uri: string): ParsedUri {
  const parts = splitUri(uri);
  const { host, port, path, query } = parts;
  const [, , userInfo = "", , , , , anchor = ""] = URI.exec(uri) ?? [];
  const colon = (userInfo + ":").indexOf(":");
  const file = /[^/]*\.[^/.]+$/.exec(path)?.[0] ?? "";
  const queryKey: Record<string, string> = {};
  for (const [, key = "", value = ""] of query.matchAll(/(?:^|&)([^&=]*)=?([^&]*)/g)) {
    if (key) queryKey[key] = value;
  }
  return {
    source: uri,
    ...parts,
    userInfo,
    anchor,
    authority: (userInfo && userInfo + "@") + host + (port && ":" + port),
    user: userInfo.slice(0, colon),
    password: userInfo.slice(colon + 1),
    relative: path + (query && "?" + query) + (anchor && "#" + anchor),
    directory: path.slice(0, path.length - file.length),
    file,
    ...(/^(?:\w+:\/\/)?(?:[^/@]*@)?\[/.test(uri) && { ipv6uri: true as const }),
    pathNames: path.split("/").filter(Boolean),
    queryKey,
  };
}
