/** What a file in `cases/` exports. */
export interface EcosystemCase {
  /** Title for people; the name for `--only` is that of the file. */
  name: string;
  /** Published packages to install beside ours, pinned. */
  packages: Record<string, string>;
  /** Names of ours that are not put in the place of the originals: `["socket.io-adapter"]`. */
  keep?: string[];
  /** Default 120000. */
  timeoutMs?: number;
  /** Throws if a check fails. */
  run(context: CaseContext): Promise<void>;
}

/** What a case gets. All that was started here ends with the case. */
export interface CaseContext {
  /** The folder with the installed packages. */
  folder: string;
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
