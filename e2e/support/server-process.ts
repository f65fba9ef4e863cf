import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A server in a process of its own, so that a test can kill it as a crash would. */
export class ServerProcess {
  private child: ChildProcess | null = null;
  private output = "";

  constructor(
    private readonly script: string,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  /** Resolves when the script has printed a line that contains `ready`. */
  async start(ready: string): Promise<void> {
    const child = spawn(process.execPath, [this.script], {
      env: { ...process.env, ...this.env, PORT: String(this.port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    this.output = "";
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString();
        if (this.output.includes(ready)) resolve();
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("exit", (code) =>
        reject(new Error(`${this.script} ended with ${code} before "${ready}": ${this.output}`)),
      );
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
}

/** A port that was free a moment ago, for servers that have to come back on the same one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
