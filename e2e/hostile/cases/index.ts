import type { Attack } from "../attack.ts";
import { frames } from "./frames.ts";
import { http } from "./http.ts";
import { resets } from "./resets.ts";
import { upgrades } from "./upgrade.ts";

/** All attacks, by the part of the server they go for. */
export const suites: Readonly<Record<string, readonly Attack[]>> = {
  http,
  upgrades,
  frames,
  resets,
};
