import { packageOf } from "./find-imports.js";
import { ADAPTERS, EXPORTS, isAtLeast, OLDEST_ADAPTER_BASE, REPLACEMENTS } from "./known-packages.js";
import type { InstalledPackage, Project } from "./project.js";

/** Something to know about a project. */
export interface Finding {
  /** `problem`: breaks or misbehaves; `note`: good to know. */
  readonly level: "problem" | "note";
  /** What was found, and where. */
  readonly what: string;
  /** What to do; empty for notes that ask for nothing. */
  readonly advice: string;
}

/** Judges a project. Pure: no file is read. */
export function diagnose(project: Project): Finding[] {
  return [
    ...findOurs(project),
    ...findOriginals(project),
    ...findSeveralVersions(project),
    ...findAdapters(project),
    ...findDeepImports(project),
  ];
}

function isOurs({ name }: InstalledPackage): boolean {
  return name.startsWith("@halyard/");
}

function describe({ name, version, place }: InstalledPackage): string {
  return `${name} ${version} in ${place}`;
}

function findOurs({ packages }: Project): Finding[] {
  const ours = packages.filter(isOurs);
  if (ours.length > 0) return ours.map((one) => ({ level: "note", what: describe(one), advice: "" }));
  return [
    {
      level: "problem",
      what: "no package of @halyard is installed",
      advice: "npm install socket.io@npm:@halyard/server socket.io-client@npm:@halyard/client",
    },
  ];
}

/** Copies of what ours replace: programs that find them do not run on ours. */
function findOriginals({ packages }: Project): Finding[] {
  const findings: Finding[] = [];
  for (const one of packages) {
    const replacement = REPLACEMENTS.get(one.name);
    if (replacement === undefined) continue;
    if (one.name === "socket.io-adapter") findings.push(judgeAdapterBase(one));
    else {
      // npm refuses an override that is not what the project itself asks for, hence by way of the dependency.
      const advice =
        `npm install ${one.name}@npm:${replacement}, add "overrides": { "${one.name}": "$${one.name}" } to package.json ` +
        `(pnpm: overrides, yarn: resolutions, to npm:${replacement}), delete node_modules and package-lock.json, install`;
      findings.push({ level: "problem", what: `a copy of the original is left: ${describe(one)}`, advice });
    }
  }
  return findings;
}

function judgeAdapterBase(one: InstalledPackage): Finding {
  if (isAtLeast(one.version, OLDEST_ADAPTER_BASE)) {
    return { level: "note", what: `${describe(one)}: adapters built on it work`, advice: "" };
  }
  const what = `${describe(one)} is too old: adapters built on it lack recovery and acknowledgements of broadcasts`;
  return { level: "problem", what, advice: "update the adapter that depends on it" };
}

function findSeveralVersions({ packages }: Project): Finding[] {
  const ours = packages.filter(isOurs);
  const findings: Finding[] = [];
  for (const name of new Set(ours.map((one) => one.name))) {
    const copies = ours.filter((one) => one.name === name);
    const versions = new Set(copies.map(({ version }) => version));
    if (versions.size < 2) continue;
    const places = copies.map(({ version, place }) => `${version} in ${place}`).join(", ");
    findings.push({
      level: "problem",
      what: `several versions of ${name}: ${places}`,
      advice: `ask for one version in all manifests, then npm dedupe`,
    });
  }
  return findings;
}

function findAdapters({ packages }: Project): Finding[] {
  const findings: Finding[] = [];
  for (const one of packages) {
    const known = ADAPTERS.get(one.name);
    if (known === undefined) continue;
    if (isAtLeast(one.version, known.oldest)) {
      findings.push({ level: "note", what: `adapter ${describe(one)}`, advice: "" });
    } else {
      const advice = `npm install ${known.instead ?? `${one.name}@latest`}`;
      findings.push({ level: "problem", what: `${describe(one)} is made for an older Socket.IO`, advice });
    }
  }
  return findings;
}

/** Files inside of a package are not part of its interface, and ours have other ones. */
function findDeepImports({ packages, imports }: Project): Finding[] {
  const findings: Finding[] = [];
  for (const { file, line, specifier } of imports) {
    const name = packageOf(specifier);
    const target = packages.find((one) => one.installedAs === name && one.place === `node_modules/${name}`);
    const open = target === undefined ? null : exportsOfOurs(target);
    if (open === null || open.exports.includes(`.${specifier.slice(name.length)}`)) continue;
    const advice = `import from "${name}"; public are ${open.exports.join(", ")}`;
    findings.push({
      level: "problem",
      what: `${file}:${line} imports "${specifier}", which ${open.name} has not`,
      advice,
    });
  }
  return findings;
}

/** What the package, or the one of ours in its place, lets programs import; null when that is not known. */
function exportsOfOurs(
  target: InstalledPackage,
): { readonly name: string; readonly exports: readonly string[] } | null {
  const name = isOurs(target) ? target.name : REPLACEMENTS.get(target.name);
  if (name === undefined) return null;
  const exports = isOurs(target) ? target.exports : EXPORTS.get(name);
  return exports == null ? null : { name, exports };
}
