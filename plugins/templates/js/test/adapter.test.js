// The adapter in Node, where a debugger can stop in it. What a portal would make of it: `samsyn adapter test .`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { caseOf, rehearse } from "samsyn-adapter/rehearsal";
import adapter from "../src/adapter.js";

const page = {
    person: "191212121212",
    provider: { id: "SE2321000016-0000", name: "Exempelkommunen" },
    unit: { id: "SE2321000016-1000", name: "Hemtjänst Nord" },
    services: [{ id: "h1", text: "Hjälp med dusch", from: "2026-03-01", active: true, visits: [] }],
    contacts: [],
    more: null,
};

test("the case gives in Node what it gives in the portal", () => {
    const { expected, ...rehearsed } = caseOf("cases/full");
    const { failure, sections } = rehearse(adapter, rehearsed);
    assert.deepEqual({ failure, sections }, expected);
});

test("a page that cannot be read leaves every section partial", () => {
    const { sections } = rehearse(adapter, {
        reply: ({ path }) => (path === "/visits" ? { json: { ...page, more: "/visits?page=2" } } : { status: 500 }),
    });
    assert.deepEqual(sections.services?.status, { partial: "sida 2 kunde inte läsas" });
    assert.equal(sections.services?.entries?.length, 1);
    assert.deepEqual(sections.contacts?.status, { partial: "sida 2 kunde inte läsas" });
});

test("an empty list is nothing held, and a missing one is not", () => {
    const { sections } = rehearse(adapter, { reply: () => ({ json: page }) });
    assert.equal(sections.contacts?.status, "nothing-held");
    const { failure } = rehearse(adapter, { reply: () => ({ json: { ...page, contacts: undefined } }) });
    assert.equal(failure?.kind, "upstream-malformed");
});
