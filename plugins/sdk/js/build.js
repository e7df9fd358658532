// Builds the adapter of the folder it is started in: `node sdk/build.js` writes `dist/NAME.wasm`.
//
//     node sdk/build.js [--entry src/adapter.ts] [--wit wit] [--out dist/NAME.wasm] [--types]
//
// Types of the manifest, type check (with a tsconfig.json), one bundle, a trial that the adapter can describe itself, the component. `--types`
// stops after the first two. Not here: running the adapter (`samsyn adapter test`).
// Invariant: the component imports nothing but the contract; esbuild, componentize-qjs and typescript are those of the project's package.json.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { manifestTypes } from "./tools/manifest-types.js";

const SDK = dirname(fileURLToPath(import.meta.url));
const PROJECT = process.cwd();
const INTERFACES = ["http", "keys", "log", "settings", "sink"];

/** A message for the author: what, and what to do. */
class Refusal extends Error {}

/** A tool that the project's package.json names. */
async function tool(name) {
    const require = createRequire(join(PROJECT, "package.json"));
    try {
        return await import(pathToFileURL(require.resolve(name)).href);
    } catch (error) {
        throw new Refusal(`${name} is not there (${error.code ?? error.message}): run "npm install" in this folder first`);
    }
}

function options() {
    const { values } = parseArgs({
        options: { entry: { type: "string" }, wit: { type: "string" }, out: { type: "string" }, types: { type: "boolean" } },
    });
    const entry = values.entry ?? ["src/adapter.ts", "src/adapter.js"].find((path) => existsSync(join(PROJECT, path)));
    if (entry === undefined || !existsSync(join(PROJECT, entry)))
        throw new Refusal(`${entry ?? "src/adapter.js"} is not there: run this in the adapter's folder`);
    const { name } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
    return { entry, wit: values.wit ?? "wit", out: values.out ?? `dist/${name}.wasm`, onlyTypes: values.types ?? false };
}

/** `manifest.d.json.ts`, so that TypeScript knows the sections, origins, slots and settings by name. */
function writeManifestTypes(wit) {
    const file = join(PROJECT, "manifest.json");
    let manifest;
    try {
        manifest = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new Refusal(`manifest.json cannot be read: ${error.message}`);
    }
    checkKeys(manifest, wit);
    const types = join(PROJECT, "manifest.d.json.ts");
    const text = manifestTypes(manifest);
    if (!existsSync(types) || readFileSync(types, "utf8") !== text) writeFileSync(types, text);
}

/** A misspelt or forgotten key, told before anything is built; what the values must be is told by `samsyn adapter check`. */
function checkKeys(manifest, wit) {
    const { properties, required } = JSON.parse(readFileSync(join(PROJECT, wit, "manifest.schema.json"), "utf8"));
    const known = Object.keys(properties);
    const unknown = Object.keys(manifest).filter((key) => !known.includes(key));
    const absent = required.filter((key) => !(key in manifest));
    if (unknown.length > 0) throw new Refusal(`manifest.json has "${unknown[0]}", which is no key of it: correct it to one of ${known.join(", ")}`);
    if (absent.length > 0) throw new Refusal(`manifest.json lacks "${absent[0]}": add it; ${wit}/manifest.schema.json says what it is`);
}

function checkTypes() {
    if (!existsSync(join(PROJECT, "tsconfig.json"))) return;
    const require = createRequire(join(PROJECT, "package.json"));
    let compiler;
    try {
        compiler = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
    } catch {
        throw new Refusal('typescript is not there: run "npm install" in this folder first');
    }
    const { status } = spawnSync(process.execPath, [compiler, "--noEmit"], { cwd: PROJECT, stdio: "inherit" });
    if (status !== 0) throw new Refusal("the types do not fit; the lines above say where");
}

/** What the component exports: the author's adapter between the contract's two ends. */
function entryModule(entry) {
    const imports = INTERFACES.map((name) => `import ${name} from "samsyn:adapter/${name}@1.0.0";`);
    const adapter = JSON.stringify(`./${entry.split(sep).join("/")}`);
    return (
        `${imports.join("\n")}\nimport * as defined from ${adapter};\nimport { expose } from "samsyn-adapter/component";\n` +
        `export const adapter = expose(defined.default, { ${INTERFACES.join(", ")} });\n`
    );
}

/** Says in the adapter's own terms what esbuild would say in Node's. */
const noNode = {
    name: "no-node",
    setup(build) {
        build.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path }) =>
            isBuiltin(path)
                ? {
                      errors: [
                          {
                              text: `an adapter cannot import "${path}": it has no files, sockets, processes or clock; what it needs comes from "ask"`,
                          },
                      ],
                  }
                : null,
        );
    },
};

/** The contract's interfaces for the trial in Node: nothing in describe may use them. */
const noHost = {
    name: "no-host",
    setup(build) {
        build.onResolve({ filter: /^samsyn:adapter\// }, ({ path }) => ({ path, namespace: "host" }));
        build.onLoad({ filter: /.*/, namespace: "host" }, () => ({ contents: "export default {};" }));
    },
};

async function bundle(entry, more) {
    const esbuild = await tool("esbuild");
    const settings = {
        stdin: { contents: entryModule(entry), resolveDir: PROJECT, sourcefile: "component.js" },
        bundle: true,
        format: "esm",
        platform: "neutral",
        mainFields: ["module", "main"],
        target: "es2022",
        write: false,
        logLevel: "silent",
        sourcesContent: false,
        legalComments: "none",
        outfile: join(PROJECT, "dist", "adapter.js"),
        plugins: [noNode],
        ...more,
    };
    try {
        return (await esbuild.build(settings)).outputFiles;
    } catch (error) {
        const messages = await esbuild.formatMessages(error.errors ?? [], { kind: "error" });
        throw new Refusal(messages.join("") || error.message);
    }
}

/** Defines the adapter once in Node: a missing handler or a fault at the top of a module is told here, with its line. */
async function trial(entry) {
    const [file] = await bundle(entry, { plugins: [noNode, noHost], sourcemap: "inline" });
    const path = join(PROJECT, "dist", `.trial-${process.pid}.mjs`);
    writeFileSync(path, file.text);
    const {
        Date: RealDate,
        Math: { random },
    } = globalThis;
    process.setSourceMapsEnabled(true);
    try {
        const { adapter } = await import(pathToFileURL(path).href);
        JSON.parse(adapter.describe());
    } catch (error) {
        throw new Refusal(`the adapter cannot be defined: ${error.message}\n${framesOf(error)}`);
    } finally {
        globalThis.Date = RealDate;
        Math.random = random;
        rmSync(path, { force: true });
    }
}

/** The author's frames. */
function framesOf(error) {
    const lines = (error.stack ?? "").split("\n").slice(1);
    return lines
        .filter((line) => line.includes(PROJECT + sep) && !line.includes(SDK + sep) && !line.includes(".trial-"))
        .slice(0, 3)
        .join("\n")
        .replaceAll(PROJECT + sep, "");
}

/** The bundle with its source map at the end, so that an uncaught error can be told by the author's file and line. */
async function finalSource(entry) {
    const files = await bundle(entry, { external: ["samsyn:adapter/*"], sourcemap: "external" });
    const map = JSON.parse(files.find(({ path }) => path.endsWith(".map")).text);
    const absolute = map.sources.map((source) => resolve(PROJECT, "dist", source));
    const isOwn = (path) =>
        path.startsWith(PROJECT + sep) && !path.startsWith(SDK + sep) && !path.includes(`${sep}node_modules${sep}`) && existsSync(path);
    const places = {
        sources: absolute.map((path) => (isOwn(path) ? relative(PROJECT, path).split(sep).join("/") : "")),
        own: absolute.map(isOwn),
        mappings: map.mappings,
    };
    return `${files.find(({ path }) => path.endsWith(".js")).text}\nglobalThis.__samsynSourceMap = ${JSON.stringify(places)};\n`;
}

async function build() {
    const started = performance.now();
    const { entry, wit, out, onlyTypes } = options();
    writeManifestTypes(wit);
    checkTypes();
    if (onlyTypes) return;
    mkdirSync(join(PROJECT, dirname(out)), { recursive: true });
    mkdirSync(join(PROJECT, "dist"), { recursive: true });
    await trial(entry);
    const { componentize } = await tool("componentize-qjs");
    const source = await finalSource(entry);
    const { component } = await componentize({
        witPath: join(PROJECT, wit),
        jsSource: source,
        world: "producer",
        stubWasi: true,
        sync: true,
    });
    writeFileSync(join(PROJECT, out), component);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${out}: ${(statSync(join(PROJECT, out)).size / 1e6).toFixed(1)} MB in ${seconds} s. Next: samsyn adapter test .`);
}

try {
    await build();
} catch (error) {
    console.error(error instanceof Refusal ? `error: ${error.message}` : error);
    process.exitCode = 1;
}
