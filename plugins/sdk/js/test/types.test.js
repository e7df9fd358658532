// What TypeScript accepts and refuses of an adapter, and that a component is built; both with the tools of this package (npm install).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const SDK = fileURLToPath(new URL("..", import.meta.url));
const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A project of a template, with this package's tools for its own. */
function project(language) {
    const folder = mkdtempSync(join(tmpdir(), `samsyn-${language}-`));
    folders.push(folder);
    cpSync(new URL(`../../../templates/${language}`, import.meta.url), folder, { recursive: true });
    cpSync(new URL("../../../../wit", import.meta.url), join(folder, "wit"), { recursive: true });
    symlinkSync(join(SDK, "node_modules"), join(folder, "node_modules"));
    fill(folder);
    return folder;
}

function fill(folder) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) fill(path);
        else if (entry.isFile())
            writeFileSync(path, readFileSync(path, "utf8").replaceAll("{{name}}", "demo").replaceAll("{{Name}}", "Demo"));
        if (entry.name.startsWith("dot-")) renameSync(path, join(folder, entry.name.replace("dot-", ".")));
    }
}

const run = (folder, ...command) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
};
const build = (folder) => run(folder, join(SDK, "build.js"));

/** Names of what a component imports that are instances or functions, sorted. */
function importsOf(component) {
    assert.deepEqual([...component.subarray(0, 8)], [0, 97, 115, 109, 13, 0, 1, 0], "the header of a component");
    let at = 8;
    const number = () => {
        let value = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = component[at++];
            value += (byte & 127) * 2 ** shift;
            if (byte < 128) return value;
        }
    };
    const names = [];
    while (at < component.length) {
        const [section, size] = [component[at++], number()];
        const end = at + size;
        for (let left = section === 10 ? number() : 0; left > 0; left -= 1) {
            at += 1;
            const length = number();
            names.push(component.toString("utf8", at, (at += length)));
            assert.ok([1, 5].includes(component[at++]), "functions and instances only");
            number();
        }
        at = end;
    }
    return names.sort();
}

test("what must be a type error is one, and what is right is none", () => {
    const folder = project("ts");
    cpSync(new URL("types/adapters.ts", import.meta.url), join(folder, "src/adapters.ts"));
    const { status, said } = run(folder, join(SDK, "build.js"), "--types");
    assert.equal(status, 0, said);
});

for (const language of ["js", "ts"]) {
    test(`the ${language} template builds a component, and its own tests pass`, () => {
        const folder = project(language);
        const { status, said } = build(folder);
        assert.equal(status, 0, said);
        const component = readFileSync(join(folder, "dist/demo.wasm"));
        assert.deepEqual(
            importsOf(component),
            ["http", "keys", "log", "settings", "sink", "types"].map((name) => `samsyn:adapter/${name}@1.0.0`),
        );
        const tests = run(folder, join(SDK, "run-tests.js"));
        assert.equal(tests.status, 0, tests.said);
    });
}

test("a build that cannot be right says what, where and what to do", () => {
    const folder = project("js");
    const source = readFileSync(join(folder, "src/adapter.js"), "utf8");
    const said = (from, to) => {
        assert.ok(source.includes(from), from);
        writeFileSync(join(folder, "src/adapter.js"), source.replace(from, to));
        const built = build(folder);
        assert.equal(built.status, 1);
        return built.said;
    };
    assert.match(
        said("        contacts(ask", "        kontakter(ask"),
        /section "contacts" has no handler: add it[\s\S]*src\/adapter\.js:\d+/,
    );
    assert.match(said("        contacts(ask", "        async contacts(ask"), /"contacts" is async/);
    assert.match(said("import manifest", 'import "node:fs";\nimport manifest'), /cannot import "node:fs"[\s\S]*src\/adapter\.js:\d+/);
    assert.match(said("export default", "export const other ="), /export default/);
    writeFileSync(join(folder, "manifest.json"), "{");
    assert.match(build(folder).said, /manifest\.json cannot be read/);
});
