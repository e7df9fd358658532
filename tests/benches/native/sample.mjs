// The sample adapter in Node, for the benchmark: each line of the input is a number of lookups; told is what one of them took.
//
// Not here: what it is compared with (`ratios/languages.rs`). Invariant: computing time of the whole process, its garbage collection included.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , project, reply, person] = process.argv;
const found = createRequire(join(project, "package.json")).resolve("samsyn-adapter/rehearsal");
const { rehearse } = await import(pathToFileURL(found).href);
const { default: adapter } = await import(pathToFileURL(join(project, "src/adapter.js")).href);
const bytes = new Uint8Array(readFileSync(reply));
const rehearsed = { person: { system: "urn:oid:1.2.752.129.2.1.3.1", value: person }, reply: () => ({ bytes }) };

for await (const line of createInterface({ input: process.stdin })) {
    const calls = Number(line);
    let entries = 0;
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) {
        const { failure, sections } = rehearse(adapter, rehearsed);
        if (failure !== null) throw new Error(failure.message);
        entries = sections.services.entries.length + sections.contacts.entries.length;
    }
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(`${(user + system) / 1000 / calls} ${entries}\n`);
}
