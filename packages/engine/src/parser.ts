export * from "engine.io-parser";
