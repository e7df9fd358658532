// What the SDK took from the contract is what the contract says today.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SECTIONS, pushesOf } from "../src/sections.js";
import { SHAPES } from "../src/shapes.js";
import { generate } from "../tools/generate.js";
import { readWit } from "../tools/wit.js";

test("the generated files are those of the contract", () => {
    for (const { file, text } of generate()) {
        assert.ok(readFileSync(file, "utf8") === text, `${file.pathname} is behind wit/: run "npm run generate" in plugins/sdk/js`);
    }
});

test("every section of the vocabulary has its entries", () => {
    const vocabulary = JSON.parse(readFileSync(new URL("../../../../wit/vocabulary.json", import.meta.url), "utf8"));
    assert.deepEqual(
        SECTIONS,
        vocabulary.sections.map(({ name }) => name),
    );
});

test("every list that sink takes is reached from a section", () => {
    const sink = readWit(readFileSync(new URL("../../../../wit/sink.wit", import.meta.url), "utf8"), "sink.wit").find(
        ({ name }) => name === "sink",
    );
    const camel = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    const functions = sink.items.filter(({ kind, name }) => kind === "func" && name !== "status").map(({ name }) => camel(name));
    const record = (type) => Object.fromEntries(Object.entries(SHAPES[type][1]).map(([name, shape]) => [name, valueOf(shape)]));
    const valueOf = (shape) => {
        if (shape === "s") return "x";
        if (shape[0] === "o") return null;
        if (shape[0] === "l") return [];
        const [kind, inner] = SHAPES[shape[1]];
        return kind === "record" ? record(shape[1]) : kind === "variant" ? "not-stated" : kind === "e" ? inner[0] : "x";
    };
    const types = {
        person: ["PersonDetails"],
        alerts: ["Alert"],
        "care-limits": ["CareLimit"],
        services: ["Service"],
        contacts: ["Contact"],
        medications: ["Medication"],
        "functional-status": ["FunctionalAssessment"],
        plans: ["Plan"],
        "covid-19": ["Vaccination", "Infection"],
        consents: ["Consent"],
        documents: ["Document"],
    };
    const reached = SECTIONS.flatMap((section) => pushesOf(section, types[section].map(record)).map((push) => push.sink));
    assert.deepEqual(reached.sort(), functions.sort());
});

test("what a contract file holds that is not known is told with its line", () => {
    assert.throws(() => readWit("package a:b;\ninterface x {\n    resource y;\n}\n", "x.wit"), /x\.wit:3/);
});
