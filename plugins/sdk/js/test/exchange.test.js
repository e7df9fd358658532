// Requests as they leave, replies as they are read, pages as they are followed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, decodeUtf8, decodeWindows1252, defineAdapter, encodeUtf8, held, hex, nothingHeld, service } from "../index.js";
import { rehearse } from "../rehearsal.js";

const MANIFEST = {
    sections: ["services"],
    origins: [{ alias: "api", methods: ["GET", "POST"] }],
    credential_slots: [{ name: "key" }],
    settings: [{ key: "zone" }],
};

function heard(services, rehearsed = {}) {
    return rehearse(defineAdapter({ manifest: MANIFEST, sections: { services } }), { reply: () => ({ json: {} }), ...rehearsed });
}

const VISIT = service({ id: "h1", patient: null, careProvider: null, careUnit: null, kind: "home-care", phase: "ongoing" });
const sent = (request) => heard((ask) => (ask.send(request), nothingHeld())).requests[0];
const misused = (request) => heard((ask) => (ask.send(request), nothingHeld())).log[0].message;

test("a request is what was written, encoded", () => {
    const get = sent({
        origin: "api",
        path: "/a",
        query: { person: "å&b", page: 2, none: null },
        credential: "key",
        headers: { "X-Own": "1" },
    });
    assert.deepEqual(
        [get.method, get.path, get.credential, get.headers],
        ["GET", "/a?person=%C3%A5%26b&page=2", "key", { "x-own": "1", accept: "application/json" }],
    );
    const post = sent({ origin: "api", path: "/a?b=1", json: { person: "Åsa" }, query: { c: 2 } });
    assert.deepEqual(
        [post.method, post.path, post.json, post.headers["content-type"]],
        ["POST", "/a?b=1&c=2", { person: "Åsa" }, "application/json"],
    );
    const soap = sent({ origin: "api", path: "/a", text: "<a/>", type: "text/xml; charset=utf-8", headers: { accept: "text/xml" } });
    assert.deepEqual([soap.text, soap.headers], ["<a/>", { accept: "text/xml", "content-type": "text/xml; charset=utf-8" }]);
    assert.equal(sent({ origin: "api", path: "/a", form: { a: "1+1" } }).text, "a=1%2B1");
});

test("a request that cannot be right is told by name", () => {
    assert.match(misused({ origin: "apii", path: "/" }), /origin "apii" is not in manifest\.json; "origins" there names "api"/);
    assert.match(misused({ origin: "api", path: "/", credential: "kei" }), /credential "kei".*names "key"/);
    assert.match(misused({ origin: "api", path: "/", method: "PUT" }), /method PUT/);
    assert.match(misused({ origin: "api", path: "x" }), /begins with "\/"/);
    assert.match(misused({ origin: "api" }), /either "path"/);
    assert.match(misused({ origin: "api", path: "/", body: "x" }), /no option "body"/);
    assert.match(misused({ origin: "api", path: "/", json: 1, text: "x" }), /one body/);
    assert.match(heard((ask) => (ask.setting("zon"), nothingHeld())).log[0].message, /setting "zon"/);
});

test("a status that the adapter accepts is an answer, any other is not", () => {
    const status = (accept) =>
        heard((ask) => (ask.send({ origin: "api", path: "/", accept }).status === 404 ? nothingHeld() : held([])), {
            reply: () => ({ status: 404 }),
        }).sections.services.status;
    assert.deepEqual([status([404]), status([])], ["nothing-held", { unavailable: "källan nekade frågan" }]);
});

test("a reply that is not what it should be is unavailable, and its content is not repeated", () => {
    const readers = [
        [(reply) => reply.json(), { text: "<html>Tolvan</html>" }],
        [(reply) => reply.json(), { text: "" }],
        [(reply) => reply.list("items"), { json: { item: [] } }],
        [(reply) => reply.list("items"), { json: null }],
        [(reply) => reply.object("person"), { json: { person: "Tolvan" } }],
        [(reply) => reply.xml(), { text: "<a><b></a>" }],
        [(reply) => reply.csv(), { text: "" }],
        [(reply) => reply.text(), { bytes: new Uint8Array([0xff, 0xfe]) }],
        [(reply) => reply.malformed("own", "field x"), { json: {} }],
    ];
    for (const [read, reply] of readers) {
        const { sections, log } = heard((ask) => (read(ask.send({ origin: "api", path: "/" })), nothingHeld()), { reply: () => reply });
        assert.deepEqual(sections.services.status, { unavailable: "källans svar gick inte att läsa" });
        assert.doesNotMatch(JSON.stringify(log), /Tolvan/);
    }
});

const pagesOf = (reply, options) => {
    let read;
    const heardAll = heard(
        (ask) => {
            read = ask.pages(
                { origin: "api", path: "/p", query: { page: 1 }, credential: "key" },
                (page) => ({ items: page.list("items"), next: page.json().next }),
                options,
            );
            return nothingHeld();
        },
        { reply },
    );
    return { ...read, status: heardAll.sections.services.status, requests: heardAll.requests };
};

test("pages are followed by path and by address, in the same way as the first", () => {
    const replies = {
        "/p?page=1": { items: [1], next: "/p?page=2" },
        "/p?page=2": { items: [2], next: "https://source.test/base/p?page=3" },
        "https://source.test/base/p?page=3": { items: [3], next: null },
    };
    const { items, pages, cut, status, requests } = pagesOf(({ path, link }) => ({ json: replies[path ?? link] }));
    assert.deepEqual([items, pages, cut, status], [[1, 2, 3], 3, null, "nothing-held"]);
    assert.deepEqual(
        requests.map(({ credential }) => credential),
        ["key", "key", "key"],
    );
});

test("a list that was cut says so and is partial", () => {
    const cut = { failing: ({ path }) => (path.endsWith("2") ? { status: 500 } : { json: { items: [1], next: "/p?page=2" } }) };
    assert.deepEqual([pagesOf(cut.failing).items, pagesOf(cut.failing).status], [[1], { partial: "sida 2 kunde inte läsas" }]);
    const malformed = ({ path }) => (path.endsWith("2") ? { text: "<html>" } : { json: { items: [1], next: "/p?page=2" } });
    assert.deepEqual(pagesOf(malformed).status, { partial: "sida 2 kunde inte läsas" });
    const again = () => ({ json: { items: [1], next: "/p?page=2" } });
    assert.deepEqual([pagesOf(again).items, pagesOf(again).status], [[1, 1], { partial: "källan gav samma sida igen" }]);
    let number = 0;
    const endless = () => ({ json: { items: [1], next: `/p?page=${(number += 1) + 1}` } });
    const { items, cut: why, status } = pagesOf(endless, { max: 3 });
    assert.deepEqual([items, why, status], [[1, 1, 1], "bara de första 3 sidorna lästes", { partial: "bara de första 3 sidorna lästes" }]);
    assert.deepEqual(pagesOf(() => ({ status: 500 })).status, { unavailable: "fel i källan" });
});

test("a first page that came with others is not asked for again", () => {
    const { requests, sections } = heard(
        (ask) => {
            const first = { origin: "api", path: "/p", about: "besöken" };
            const { one } = ask.sendAll({ one: first });
            return held(
                ask
                    .pages(first, (page) => ({ items: page.list("items"), next: page.json().next }), { reply: one.reply })
                    .items.map(() => VISIT),
            );
        },
        { reply: ({ path }) => (path === "/p" ? { json: { items: [1], next: "/p?page=2" } } : { error: "timeout" }) },
    );
    assert.deepEqual(
        [requests.length, sections.services.entries.length, sections.services.status],
        [2, 1, { partial: "besöken: sida 2 kunde inte läsas" }],
    );
});

test("a failure only the adapter can see is known to the section, thrown or not", () => {
    const { sections } = heard((ask) => {
        ask.problem("upstream-rejected", "permission", "rättighet saknas");
        return held([VISIT]);
    });
    assert.deepEqual(sections.services.status, { partial: "rättighet saknas" });
});

test("text survives to bytes and back, and what is no text is null", () => {
    for (const text of ["", "plain", "Åsa Öberg €", "𝔘", "x".repeat(100_000) + "é"]) assert.equal(decodeUtf8(encodeUtf8(text)), text);
    assert.deepEqual(encodeUtf8("Åsa €𝔘"), new TextEncoder().encode("Åsa €𝔘"));
    assert.deepEqual(encodeUtf8("a\ud800b"), new TextEncoder().encode("a\ufffdb"));
    assert.equal(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), "a");
    for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) assert.equal(decodeUtf8(new Uint8Array(bytes)), null);
    assert.equal(decodeWindows1252(new Uint8Array([0xc5, 0x80, 0x93])), "Å€“");
    assert.deepEqual(
        [hex(new Uint8Array([0, 255])), ...["", "a", "ab", "abc"].map((text) => base64(encodeUtf8(text)))],
        ["00ff", "", "YQ==", "YWI=", "YWJj"],
    );
});

test("a signature is asked of the host, and a slot without key is told", () => {
    const sign = (ask) => (
        ask.send({ origin: "api", path: "/", headers: { "x-signature": hex(ask.hmacSha256("key", "Å")) } }),
        nothingHeld()
    );
    const { requests } = heard(sign, { hmacSha256: (_, data) => data });
    assert.equal(requests[0].headers["x-signature"], "c385");
    assert.deepEqual(heard(sign).sections.services.status, { unavailable: "anslutningen till källan är inte rätt inställd" });
});
