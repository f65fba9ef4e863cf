import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../server.mjs", import.meta.url));

/** Starts a server under test and asks it questions: see answer.mjs. */
export class ServerProcess {
  #child;
  /** Questions without an answer yet, by id. */
  #open = new Map();
  #nextId = 0;

  static async start(packageName, { port = 0, env = {}, script = SCRIPT } = {}) {
    const server = new ServerProcess();
    server.#child = fork(script, {
      execArgv: ["--expose-gc"],
      env: { ...process.env, ...env, BENCH_PACKAGE: packageName, BENCH_PORT: String(port), NODE_ENV: "production" },
    });
    server.port = await new Promise((resolve, reject) => {
      server.#child.once("exit", (code) => {
        const error = new Error(`the server on ${packageName} ended with code ${code}`);
        reject(error);
        for (const question of server.#open.values()) question.reject(error);
      });
      server.#child.on("message", (message) => {
        if (message.failed === "EADDRINUSE")
          reject(new Error(`port ${port} is in use; choose another by --port, or none at all`));
        else if (message.failed) reject(new Error(`the server could not listen: ${message.failed}`));
        else if (message.port) resolve(message.port);
        else server.#take(message.id)?.resolve(message.answer);
      });
    });
    return server;
  }

  /** What the server's script answers to a question. */
  ask(question, argument) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#child.send({ id, question, argument });
    });
  }

  #take(id) {
    const question = this.#open.get(id);
    this.#open.delete(id);
    return question;
  }

  /** Resident set size and used heap in bytes, after garbage collection. */
  memory() {
    return this.ask("memory");
  }

  /** CPU time of the process, all threads, user and system, in microseconds. */
  async cpuUs() {
    const { user, system } = await this.ask("cpu");
    return user + system;
  }

  stop() {
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null) return resolve();
      this.#child.removeAllListeners("exit");
      this.#child.once("exit", resolve);
      this.#child.kill("SIGKILL");
    });
  }
}
