import { nextProbe, type ProbeEvent, type ProbeState } from "./core/probe.js";
import { SocketWithoutUpgrade } from "./socket-without-upgrade.js";
import type { Transport } from "./transports/transport.js";

/** The other candidates give WebTransport this head start. */
const WEBTRANSPORT_LEAD_MS = 200;

/** One upgrade attempt: a candidate transport and where it stands. */
interface Probe {
  readonly transport: Transport;
  state: ProbeState;
}

/** An Engine.IO session that moves to a better transport once it is open. */
export class SocketWithUpgrade extends SocketWithoutUpgrade {
  declare private probes: Probe[] | undefined;

  override get upgrading(): boolean {
    return !!this.probes?.some(({ state }) => state === "pausing");
  }

  protected override onOpen(upgrades: readonly string[]): void {
    super.onOpen(upgrades);
    this.probes = [];
    if (this.readyState !== "open" || this.opts.upgrade === false) return;
    const names = this._filterUpgrades(upgrades);
    for (const name of names) this.probe(name, names.includes("webtransport"));
  }

  private probe(name: string, isWebTransportFirst: boolean): void {
    // Down to polling is no upgrade, whatever the server offers.
    if (name === "polling" || name === this.transport.name) return;
    const transport = this.createTransport(name);
    const probe: Probe = { transport, state: "opening" };
    this.probes?.push(probe);
    transport.on("open", () => this.stepProbe(probe, "open"));
    transport.on("packet", (packet) =>
      this.stepProbe(probe, packet.type === "pong" && packet.data === "probe" ? "pong" : "stranger"),
    );
    transport.on("error", (error) => this.stepProbe(probe, "lost", error));
    transport.on("close", () => this.stepProbe(probe, "lost", "transport closed"));
    const open = (): void => {
      if (probe.state === "opening") transport.open();
    };
    if (isWebTransportFirst && name !== "webtransport") this.setTimeoutFn(open, WEBTRANSPORT_LEAD_MS);
    else open();
  }

  private stepProbe(probe: Probe, event: ProbeEvent, cause: Error | string = ""): void {
    const { transport, state } = probe;
    const next = (probe.state = nextProbe(state, event));
    if (next === state) return;
    if (next === "probing") return transport.send([{ type: "ping", data: "probe" }]);
    if (next === "pausing") return this.pauseCurrent(probe);
    transport.removeAllListeners();
    if (next === "adopted") return this.adoptTransport(transport);
    transport.close();
    if (next === "superseded") return;
    const error = new Error("probe error" + (cause ? `: ${cause}` : ""));
    this.emitReserved("upgradeError", Object.assign(error, { transport: transport.name }));
    if (state !== "pausing" || this.readyState === "closed") return;
    this.transport.resume();
    this.flush();
    this.finishClose();
  }

  private pauseCurrent(probe: Probe): void {
    for (const other of this.probes ?? []) {
      if (other !== probe) this.stepProbe(other, "beaten");
    }
    SocketWithoutUpgrade.priorWebsocketSuccess = probe.transport.name === "websocket";
    this.emitReserved("upgrading", probe.transport);
    // A listener may have closed the session or lost the candidate.
    if (probe.state === "pausing") this.transport.pause(() => this.stepProbe(probe, "paused"));
  }

  private adoptTransport(transport: Transport): void {
    this.setTransport(transport);
    transport.send([{ type: "upgrade" }]);
    this.emitReserved("upgrade", transport);
    this.flush();
    this.finishClose();
  }

  protected override flush(): void {
    if (!this.upgrading) super.flush();
  }

  protected override finishClose(): void {
    if (!this.upgrading) super.finishClose();
  }

  protected override abandonUpgrade(): void {
    for (const probe of this.probes ?? []) this.stepProbe(probe, "lost", "socket closed");
  }

  // Compatibility: names reached from outside
  /** The offered upgrades this session may use, each once. */
  _filterUpgrades(upgrades: readonly unknown[]): string[] {
    return this.transports.filter((name) => upgrades.includes(name));
  }
}
