import type { Finding } from "./diagnose.js";

/** What is printed: the problems with their advice, then the notes. */
export function report(findings: readonly Finding[]): string {
  const lines: string[] = [];
  const problems = findings.filter(({ level }) => level === "problem");
  for (const { what, advice } of problems) lines.push(`problem: ${what}`, `         ${advice}`);
  for (const { level, what } of findings) if (level === "note") lines.push(`found:   ${what}`);
  lines.push(problems.length === 0 ? "no problem found" : `problems: ${problems.length}`);
  return `${lines.join("\n")}\n`;
}
