import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export type Variant = "plain" | "brisk" | "recovery" | "eio3" | "deflate" | "hooks" | "gated" | "uws";

/** What the servers hold, all together. */
export interface Holdings {
  readonly sessions: number;
  readonly sockets: number;
  readonly rooms: number;
}

type Question = "memoryBytes" | "cpuMs" | "holdings" | "sweep";

interface FromVictim {
  readonly id?: number;
  readonly answer?: unknown;
  readonly ports?: Record<Variant, number>;
  readonly unhandled?: string;
}

/** The process of the servers. */
export class VictimProcess {
  /** Exceptions and rejections nobody handled, and warnings, since the last look. */
  private unhandled: string[] = [];
  private ports: Record<Variant, number> | null = null;
  private readonly questions: Map<number, (answer: unknown) => void> = new Map();
  private lastId = 0;
  private exit: string | null = null;

  private constructor(private readonly child: ChildProcess) {
    child.on("exit", (code, signal) => {
      this.exit = `exit code ${code}, signal ${signal}`;
      for (const resolve of this.questions.values()) resolve(undefined);
    });
  }

  static start(): Promise<VictimProcess> {
    const child = fork(fileURLToPath(new URL("../server.mjs", import.meta.url)), { execArgv: ["--expose-gc"] });
    const victim = new VictimProcess(child);
    return new Promise((resolve, reject) => {
      child.once("exit", () => reject(new Error("the servers did not start")));
      child.on("message", (message: FromVictim) => {
        if (message.ports !== undefined) {
          victim.ports = message.ports;
          resolve(victim);
        } else victim.onMessage(message);
      });
    });
  }

  get isAlive(): boolean {
    return this.exit === null;
  }

  port(variant: Variant): number {
    if (this.ports === null) throw new Error("not started");
    return this.ports[variant];
  }

  /** After a garbage collection. */
  memoryBytes(): Promise<number> {
    return this.ask("memoryBytes") as Promise<number>;
  }

  /** Time the process has had of a processor. */
  cpuMs(): Promise<number> {
    return this.ask("cpuMs") as Promise<number>;
  }

  holdings(): Promise<Holdings> {
    return this.ask("holdings") as Promise<Holdings>;
  }

  /** Ends all sessions. */
  sweep(): Promise<unknown> {
    return this.ask("sweep");
  }

  takeUnhandled(): string[] {
    const unhandled = this.unhandled;
    this.unhandled = [];
    return this.exit === null ? unhandled : [...unhandled, this.exit];
  }

  stop(): void {
    this.child.removeAllListeners("exit");
    if (this.child.connected) this.child.disconnect();
  }

  private ask(question: Question): Promise<unknown> {
    if (this.exit !== null) return Promise.reject(new Error(`the servers are gone: ${this.exit}`));
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.questions.set(id, resolve);
      this.child.send({ ask: question, id });
    });
  }

  private onMessage({ id, answer, unhandled }: FromVictim): void {
    if (unhandled !== undefined) this.unhandled.push(unhandled);
    if (id === undefined) return;
    this.questions.get(id)?.(answer);
    this.questions.delete(id);
  }
}
