import { describe, expect, it } from "vitest";
import { readOptions } from "./options.mjs";

const NAMES = { table: ["echo-1", "connect"], growth: ["rooms"], cliffs: ["burst"], client: ["emit"] };
const read = (...argv) => readOptions(argv, NAMES);

describe("readOptions", () => {
  it("runs the table when no section is named", () => {
    expect(read()).toMatchObject({ sections: ["table"], only: null, rounds: 5, scale: 1, port: 0, write: false });
  });

  it.each([
    [
      ["--growth", "--cliffs"],
      ["growth", "cliffs"],
    ],
    [
      ["--client", "--table"],
      ["table", "client"],
    ],
    [["--all"], ["table", "growth", "cliffs", "client"]],
  ])("%j runs %j", (argv, sections) => {
    expect(read(...argv).sections).toEqual(sections);
  });

  it("takes the rows of the chosen sections", () => {
    expect(read("--only", "echo-1, connect").only).toEqual(["echo-1", "connect"]);
    expect(read("--cliffs", "--only", "burst").only).toEqual(["burst"]);
  });

  it.each([
    [["--rounds", "0"], '--rounds is "0", a number of at least 1 is needed'],
    [["--rounds", "many"], '--rounds is "many", a number of at least 1 is needed'],
    [["--scale", ""], '--scale is "", a number of at least 0.01 is needed'],
    [["--scale=-1"], '--scale is "-1", a number of at least 0.01 is needed'],
    [["--port", "65536"], '--port is "65536", a number from 0 to 65535 is needed'],
    [["--only", "echo-1,nothing"], '--only names "nothing"; known are echo-1, connect'],
    [["--only", "burst"], '--only names "burst"; known are echo-1, connect'],
    [["--only", "echo-1", "--write"], "--write keeps whole sections; leave out --only, or name sections"],
    [["--loud"], "Unknown option '--loud'"],
  ])("refuses %j with a line that says why", (argv, line) => {
    expect(() => read(...argv)).toThrow(line);
  });
});
