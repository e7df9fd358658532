// Runs the tests of the adapter in the folder it is started in: `node sdk/run-tests.js` bundles `test/*.test.ts` and hands them to Node.
//
// JavaScript needs no bundling: `node --test` does the same. Not here: the cases (`samsyn adapter test`).
// Invariant: errors are told by the lines of the sources.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";

const project = process.cwd();
const { build } = await import(pathToFileURL(createRequire(join(project, "package.json")).resolve("esbuild")).href);
const found = existsSync(join(project, "test")) ? readdirSync(join(project, "test")).filter((name) => /\.test\.[jt]s$/.test(name)) : [];
if (found.length === 0) throw new Error("test/ holds no NAME.test.ts");
const outdir = join(project, "dist", "test");
rmSync(outdir, { recursive: true, force: true });
await build({
    entryPoints: found.map((name) => join(project, "test", name)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    external: ["samsyn-adapter", "samsyn-adapter/*"],
});
const files = found.map((name) => join(outdir, name.replace(/\.[jt]s$/, ".mjs")));
process.exitCode = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" }).status ?? 1;
