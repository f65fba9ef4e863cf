import type { Attack } from "../attack.ts";
import { bombs } from "./bombs.ts";
import { crosssite } from "./crosssite.ts";
import { eio3 } from "./eio3.ts";
import { floods } from "./floods.ts";
import { frames } from "./frames.ts";
import { hooks } from "./hooks.ts";
import { http } from "./http.ts";
import { packets } from "./packets.ts";
import { prototypes } from "./prototypes.ts";
import { races } from "./races.ts";
import { recovery } from "./recovery.ts";
import { relay } from "./relay.ts";
import { resets } from "./resets.ts";
import { slow } from "./slow.ts";
import { upgrades } from "./upgrade.ts";
import { uws } from "./uws.ts";

/** All attacks, by the part of the server they go for. */
export const suites: Readonly<Record<string, readonly Attack[]>> = {
  http,
  upgrades,
  frames,
  resets,
  slow,
  floods,
  bombs,
  prototypes,
  packets,
  relay,
  races,
  recovery,
  crosssite,
  eio3,
  hooks,
  uws,
};
