import { configureGlobal } from "fast-check";

// The same cases at every run, so that a red build is a change's doing. `pnpm fuzz` looks for new ones;
// FAST_CHECK_SEED=<integer> gives these tests others.
configureGlobal({ seed: Number(process.env["FAST_CHECK_SEED"] ?? 6455) });
