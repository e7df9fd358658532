// The adapter in Node, where a debugger can stop in it. On the portal's own host: `samsyn adapter test plugins/hemplan`.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { caseOf, rehearse } from "samsyn-adapter/rehearsal";
import type { Seen } from "samsyn-adapter/rehearsal";
import adapter from "../src/adapter.ts";

const CUSTOMER = { kundId: "k-1", personnummer: "19121212-1212" };
const LISTS = ["insatser", "besok", "tilltrade", "kontakter", "genomforandeplaner", "delegeringar"];

/** A source of one customer whose lists hold these records. */
function source(lists: Record<string, object[]>, found: object = {}) {
    return ({ method, path = "" }: Seen) => {
        if (method === "POST") return { json: { kund: { ...CUSTOMER, ...found }, behorigheter: LISTS } };
        const poster = lists[path.split("?")[0]?.split("/").at(-1) ?? ""] ?? [];
        return { json: { kund: CUSTOMER, antal: poster.length, nasta: null, poster } };
    };
}

for (const name of readdirSync("cases")) {
    test(`the case ${name} gives in Node what it gives in the portal`, () => {
        const { expected, ...rehearsed } = caseOf(`cases/${name}`);
        const { failure, sections } = rehearse(adapter, rehearsed);
        // The words of a failed exchange are the host's own.
        const kind = (one: typeof failure) => (one === null ? null : [one.kind, one.code]);
        assert.deepEqual([kind(failure), sections], [kind(expected.failure), expected.sections]);
    });
}

test("only the lists of the sections asked for are fetched, and never the number in an address", () => {
    const { requests } = rehearse(adapter, { sections: ["contacts"], reply: source({}) });
    assert.deepEqual(
        requests.map(({ method, path }) => `${method} ${path}`),
        ["POST /plan/v1/kunder/sok", "GET /plan/v1/kunder/k-1/kontakter"],
    );
});

test("visits are asked for around the day of the lookup, also over a change of year", () => {
    const visits = (settings: Record<string, string>, now: string) =>
        rehearse(adapter, { sections: ["services"], settings, now, reply: source({}) }).requests[2]?.path;
    assert.equal(visits({}, "2026-12-29T23:30:00+01:00"), "/plan/v1/kunder/k-1/besok?fran=2026-12-22&till=2027-01-05");
    assert.equal(visits({ "besok-dagar": "1" }, "2028-02-29T00:10:00+01:00"), "/plan/v1/kunder/k-1/besok?fran=2028-02-28&till=2028-03-01");
    assert.equal(
        visits({ "besok-dagar": "400" }, "2026-11-20T09:30:00+01:00"),
        "/plan/v1/kunder/k-1/besok?fran=2026-11-13&till=2026-11-27",
    );
});

test("a door code never leaves the adapter", () => {
    const records = [
        { id: "t", slag: "nyckelskap", text: "Vid dörren", kod: "1357" },
        { id: "p", slag: "porttelefon", kod: "1357" },
    ];
    const { sections } = rehearse(adapter, { sections: ["documents", "services"], reply: source({ tilltrade: records }) });
    assert.equal(sections.documents?.entries?.length, 2);
    assert.ok(!JSON.stringify(sections).includes("1357"));
});

test("a reply about somebody else ends the lookup before anything is read", () => {
    const { failure, requests, sections } = rehearse(adapter, { reply: source({}, { personnummer: "189001019802" }) });
    assert.deepEqual([failure?.code, requests.length, sections], ["wrong-patient", 1, {}]);
});

test("a 404 that is not Hemplan's own word is no unknown person", () => {
    const { failure } = rehearse(adapter, { reply: () => ({ status: 404, text: "<html>Not found</html>" }) });
    assert.equal(failure?.kind, "upstream-malformed");
});

test("an unreadable label protects", () => {
    const label = (skydd: unknown) =>
        rehearse(adapter, { sections: ["person"], reply: source({}, { skydd }) }).sections.person?.entries?.[0]?.protection;
    assert.deepEqual(
        [label("ingen"), label(undefined), label("skyddad_folkbokforing"), label("ny_lag"), label(7)],
        [undefined, undefined, "protected-registration", "ny_lag", "confidentiality-mark"],
    );
});

test("more visits than a page can show are cut to those nearest in time, and said", () => {
    const visits = Array.from({ length: 300 }, (_, place) => ({
        id: `b${place}`,
        insatsId: "i",
        status: "planerat",
        datum: place < 150 ? "2026-11-19" : "2026-11-21",
        fonster: { fran: `${String(place % 24).padStart(2, "0")}:00`, till: "23:00" },
    }));
    const { sections } = rehearse(adapter, {
        sections: ["services"],
        reply: source({ insatser: [{ id: "i", typ: "hemtjanst", status: "pagaende" }], besok: visits }),
    });
    assert.equal(sections.services?.entries?.[0]?.events.length, 180);
    assert.match(sections.services?.status?.partial, /närmast i tiden/);
});
