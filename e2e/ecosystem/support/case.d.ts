/** What a file in `cases/` exports. */
export interface EcosystemCase {
  /** Title for people; the name for `--only` is that of the file. */
  name: string;
  /** Published packages to install beside ours, pinned. */
  packages: Record<string, string>;
  /** Originals ours take the place of; default those of socket.io. `["ws"]` */
  replace?: string[];
  /** Names of ours that are not put in the place of the originals: `["socket.io-adapter"]`. */
  keep?: string[];
  /** Run by `--all` or by name only: takes long. */
  slow?: boolean;
  /** What the system lacks to run the case; null when nothing. */
  missing?(): string | null;
  /** For the table in docs/compatibility.md, when `packages` does not say it: `"pnpm 12"`. */
  versions?: string;
  /** Default 120000. */
  timeoutMs?: number;
  /** Throws if a check fails. */
  run(context: CaseContext): Promise<void>;
}

/** What a case gets. All that was started here ends with the case. */
export interface CaseContext {
  /** The folder with the installed packages. */
  folder: string;
  /** Our packed packages and the registry that has them; null when the case is run on the originals. */
  ours: { packages: { name: string; version: string; tarball: string }[]; registryUrl: string } | null;
  /** What a manifest says to get ours in the place of an original: `npm:@halyard/server@4.9.0`. */
  spec(original: string): string;
  /** Makes another folder, from which npm finds our packages; returns its path. */
  project(id: string, files: Record<string, string | object>): string;
  /** Runs a program to its end, see programs.mjs. */
  run(program: string, args: string[], options?: object): Promise<{ stdout: string; output: string }>;
  /** Starts a program that ends with the case, see programs.mjs. */
  start(program: string, args: string[], options: { ready: RegExp }): Promise<{ match: RegExpExecArray }>;
  /** Imports a package as a program in `folder` does. */
  load(name: string): Promise<any>;
  /** Requires a package as a program in `folder` does. */
  require: NodeJS.Require;
  /** Starts a server program from Debian on a free port. */
  startRedis(): Promise<{ port: number; url: string }>;
  startPostgres(): Promise<{ port: number; url: string }>;
  startNats(): Promise<{ port: number; url: string }>;
  /** Fails the case unless both are deeply equal. */
  equal(actual: unknown, expected: unknown, what: string): void;
  /** Waits until `probe` gives something deeply equal to `expected`. */
  eventually(probe: () => unknown, expected: unknown, what: string, timeoutMs?: number): Promise<void>;
  /** Called when the case has ended, in reverse order. */
  onEnd(callback: () => unknown): void;
}
