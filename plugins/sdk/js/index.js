// What an adapter is written with. Types and explanations: `index.d.ts`. How it is built and tested: README.md.

export { complete, held, nothingHeld, partial, statedNone, unavailable, unsupported } from "./src/answer.js";
export * from "./src/builders.js";
export { base64, decodeUtf8, decodeWindows1252, encodeUtf8, hex } from "./src/bytes.js";
export { readCsv } from "./src/csv.js";
export { defineAdapter } from "./src/define.js";
export { LookupFailure, Problem } from "./src/problem.js";
export { encode, form } from "./src/request.js";
export { clock, when } from "./src/when.js";
export { readXml } from "./src/xml.js";
