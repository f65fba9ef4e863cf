import { describe, expect, it } from "vitest";
import { acceptsCandidate, IDLE, nextUpgrade, UPGRADED, upgradeDueMs, type UpgradeState } from "./upgrade.js";

const probing: UpgradeState = { tag: "probing", deadlineMs: 10_000 };
const probed: UpgradeState = { tag: "probed", deadlineMs: 10_000, releaseAtMs: 600, promptReleases: 1 };

describe("Engine.IO v4, Upgrade (server)", () => {
  it.each([
    ["takes a candidate", IDLE, { type: "candidate-open", nowMs: 0 }, "probing", []],
    [
      "answers the probe and frees the poll",
      probing,
      { type: "probe", nowMs: 500 },
      "probed",
      ["send-probe-pong", "release-poll"],
    ],
    ["switches", probed, { type: "upgrade", isSessionOpen: true }, "upgraded", ["switch-transport"]],
    [
      "does not switch a session that has ended",
      probed,
      { type: "upgrade", isSessionOpen: false },
      "idle",
      ["close-candidate"],
    ],
    [
      "refuses an upgrade packet before the probe",
      probing,
      { type: "upgrade", isSessionOpen: true },
      "idle",
      ["close-candidate"],
    ],
    ["refuses a second probe", probed, { type: "probe", nowMs: 700 }, "idle", ["close-candidate"]],
    ["refuses a message before the probe", probing, { type: "other-packet" }, "idle", ["close-candidate"]],
    ["refuses a message before the upgrade packet", probed, { type: "other-packet" }, "idle", ["close-candidate"]],
    ["waits for the probe", probing, { type: "tick", nowMs: 9999 }, "probing", []],
    ["gives up without a probe", probing, { type: "tick", nowMs: 10_000 }, "idle", ["close-candidate"]],
    ["does not free a new poll at once", probed, { type: "tick", nowMs: 599 }, "probed", []],
    ["frees a new poll after a while", probed, { type: "tick", nowMs: 600 }, "probed", ["release-poll"]],
    [
      "frees at once a poll sent before the answer to the probe was read",
      probed,
      { type: "poll" },
      "probed",
      ["release-poll"],
    ],
    ["holds the polls behind those", { ...probed, promptReleases: 0 }, { type: "poll" }, "probed", []],
    ["holds polls while it waits for the probe", probing, { type: "poll" }, "probing", []],
    ["gives up at the deadline", probed, { type: "tick", nowMs: 10_000 }, "idle", ["close-candidate"]],
    ["forgets a lost candidate", probing, { type: "candidate-lost" }, "idle", ["close-candidate"]],
    ["forgets a lost candidate after the probe", probed, { type: "candidate-lost" }, "idle", ["close-candidate"]],
    ["stays upgraded", UPGRADED, { type: "tick", nowMs: 1e9 }, "upgraded", []],
    ["stays idle", IDLE, { type: "tick", nowMs: 1e9 }, "idle", []],
    ["ignores the loss of nothing", IDLE, { type: "candidate-lost" }, "idle", []],
  ] as const)("%s", (_title, state, event, tag, actions) => {
    const step = nextUpgrade(state, event, 10_000);
    expect(step.state.tag).toBe(tag);
    expect(step.actions).toEqual(actions);
  });

  it.each([
    [IDLE, true],
    [probing, false],
    [probed, false],
    [UPGRADED, false],
  ])("has one candidate at a time, and upgrades once: %o", (state, accepts) => {
    expect(acceptsCandidate(state)).toBe(accepts);
  });

  it("frees three polls at once, then as often as the clock says", () => {
    let { state } = nextUpgrade(probing, { type: "probe", nowMs: 500 }, 10_000);
    const counts = [1, 2, 3, 4].map(() => {
      const step = nextUpgrade(state, { type: "poll" }, 10_000);
      state = step.state;
      return step.actions.length;
    });
    expect(counts).toEqual([1, 1, 1, 0]);
    expect(upgradeDueMs(state)).toBe(600);
  });

  it("can be tried again after a failure", () => {
    const failed = nextUpgrade(probing, { type: "candidate-lost" }, 10_000).state;
    expect(nextUpgrade(failed, { type: "candidate-open", nowMs: 20_000 }, 10_000).state).toEqual({
      tag: "probing",
      deadlineMs: 30_000,
    });
  });

  it("keeps the deadline of the candidate's arrival over the probe", () => {
    const { state } = nextUpgrade(probing, { type: "probe", nowMs: 9_950 }, 10_000);
    expect(upgradeDueMs(state)).toBe(10_000);
    expect(upgradeDueMs(probing)).toBe(10_000);
    expect(upgradeDueMs(IDLE)).toBe(Infinity);
  });
});
