/** A project as far as the doctor is concerned. Read by `read-project.ts`. */
export interface Project {
  /** Packages found in `node_modules` folders, nested ones too; each real place once. */
  readonly packages: readonly InstalledPackage[];
  /** Imports of packages in the source files of the project. */
  readonly imports: readonly PackageImport[];
}

/** A package in a tree. */
export interface InstalledPackage {
  /** Name of its folder: what programs ask for. */
  readonly installedAs: string;
  /** Name in its manifest: what they get. */
  readonly name: string;
  readonly version: string;
  /** Folder, relative to the project: `node_modules/socket.io`. */
  readonly place: string;
  /** Keys of `exports`; null without that field. */
  readonly exports: readonly string[] | null;
}

/** One mention of a package in a source file. */
export interface PackageImport {
  /** Relative to the project. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What is imported: `socket.io/dist/socket.js`. */
  readonly specifier: string;
}
