// Fields, times, entries, XML and CSV: what is wrong is named, what is right is kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
    concept,
    contact,
    infection,
    personDetails,
    personOrCoordinationNumber,
    readCsv,
    readXml,
    service,
    vaccination,
    when,
    clock,
} from "../index.js";
import { Notes, readEach } from "../src/fields.js";
import { isSameNumber } from "../src/number.js";
import { wordsOf } from "../src/language.js";
import { pushesOf } from "../src/sections.js";

const FROM = { id: "1", patient: null, careProvider: null, careUnit: null };

function read(records, reader) {
    const notes = new Notes(wordsOf("en"));
    return { entries: readEach(records, "visit", notes, reader), texts: notes.texts() };
}

test("a wrong field is named and its content is not repeated", () => {
    const { entries, texts } = read([{ ended: "Tolvan Tolvansson", order: "first", inner: { at: 7 }, list: 3, flag: "yes" }], (fields) => [
        fields.time("ended"),
        fields.count("order"),
        fields.inner("inner")?.time("at"),
        fields.each("list", () => 1),
        fields.flag("flag"),
        fields.texts("list"),
    ]);
    assert.deepEqual(entries, [["Tolvan Tolvansson", null, null, [], null, []]]);
    assert.deepEqual(
        texts,
        ["ended (1)", "order (1)", "inner.at (1)", "list (2)", "flag (1)"].map(
            (of) => `field visit.${of.replace(" ", " could not be read ")}`,
        ),
    );
});

test("an absent field is no fault unless the record cannot be shown without it", () => {
    const { entries, texts } = read([{ blank: " ", none: null }, { id: "2" }, { id: 3 }, "x"], (fields) => [
        fields.text("blank"),
        fields.flag("none"),
        fields.required("id"),
    ]);
    assert.deepEqual(entries, [[null, null, "2"]]);
    assert.deepEqual(texts, [
        "field visit.id is missing, not shown (1)",
        "field visit.id could not be read (1)",
        "field visit could not be read (1)",
    ]);
});

test("a record inside that cannot be shown does not take the outer one with it", () => {
    const { entries, texts } = read([{ id: "1", visits: [{ at: "2026-11-19" }, {}] }], (fields) => [
        fields.required("id"),
        fields.each("visits", (visit) => visit.required("at")),
    ]);
    assert.deepEqual([entries, texts], [[["1", ["2026-11-19"]]], ["field visit.visits.at is missing, not shown (1)"]]);
});

test("an open word passes unchanged, a closed one is noted", () => {
    const { entries, texts } = read(
        [
            { kind: "HTJ", phase: "p" },
            { kind: "NYTT", phase: "zz" },
        ],
        (fields) => [fields.word("kind", { HTJ: "home-care" }), fields.oneOf("phase", { p: "planned" })],
    );
    assert.deepEqual(
        [entries, texts],
        [
            [
                ["home-care", "planned"],
                ["NYTT", null],
            ],
            ["field visit.phase could not be read (1)"],
        ],
    );
});

test("every precision of a time is kept and what is none is null", () => {
    for (const text of [
        "1987",
        "1987-04",
        "1987-04-02",
        "1987-04-02T14:05",
        "1987-04-02T14:05:30",
        "1987-04-02T14:05:30+02:00",
        "1987-04-02T14:05:30Z",
        "2024-02-29",
        "2026-11-19T08:00:00.250",
    ]) {
        assert.equal(when(text), text);
    }
    assert.equal(when("2026-11-19 08:00"), "2026-11-19T08:00");
    for (const text of [
        "",
        "x",
        "19870402",
        "1987-13",
        "1987-02-30",
        "2023-02-29",
        "1987-04-02T25:00",
        "1987-04-02T14",
        "1987-4-2",
        "i går",
        "1987-04-02T14:05+02:00",
        "1987-04T14:05",
    ]) {
        assert.equal(when(text), null, text);
    }
    assert.deepEqual([clock("07:30"), clock("24:00"), clock("24:01"), clock("7:30")], ["07:30", "24:00", null, null]);
});

test("an entry is whole, whatever was left out", () => {
    const made = service({
        ...FROM,
        kind: "home-care",
        phase: "ongoing",
        events: [{ kind: "visit", at: "2026" }],
        signing: { signed: { at: "2026-01" } },
    });
    assert.deepEqual(
        [made.text, made.events, made.phones, made.provenance.signing],
        [null, [{ kind: "visit", at: "2026", text: null }], [], { tag: "signed", val: { at: "2026-01", by: null } }],
    );
    const person = personDetails({ ...FROM, identifier: personOrCoordinationNumber("19121212-1212"), life: { deceased: null } });
    assert.deepEqual(
        [person.identifier.value, person.life, person.provenance.signing],
        ["191212121212", { tag: "deceased", val: null }, { tag: "not-stated" }],
    );
    assert.equal(personOrCoordinationNumber("19701063-2391").system, "urn:oid:1.2.752.129.2.1.3.3");
});

test("an entry that cannot be right is told by its field", () => {
    const wrong = [
        [() => service({ ...FROM, phase: "ongoing" }), /service\.kind is missing/],
        [
            () => service({ id: "1", patient: null, careProvider: null, kind: "x", phase: "ongoing" }),
            /service\.careUnit is missing: write it, as null/,
        ],
        [() => service({ ...FROM, id: "", kind: "x", phase: "ongoing" }), /service\.id is empty/],
        [() => service({ ...FROM, kind: "x", phase: "going" }), /service\.phase must be one of "planned", "ongoing"/],
        [() => service({ ...FROM, kind: "x", phase: "ongoing", startd: "2026" }), /no field "startd"; did you mean "started"\?/],
        [
            () => service({ ...FROM, kind: "x", phase: "ongoing", events: [{ kind: "visit", at: 2026 }] }),
            /service\.events\[0\]\.at must be text, not a number/,
        ],
        [() => contact({ ...FROM, kind: "x", phones: [{ number: "1" }] }), /phones\[0\]\.staffOnly is missing/],
        [() => contact({ ...FROM, kind: "x", order: -1 }), /contact\.order must be a whole number/],
        [() => service({ ...FROM, kind: "x", phase: "ongoing", signing: "yes" }), /provenance\.signing must be one of/],
        [() => pushesOf("services", [{ kind: "x" }]), /services\[0\]\.phase is missing/],
        [() => pushesOf("person", [personDetails({ ...FROM, identifier: { system: "s", value: "v" } }), 1]), /there is one person/],
    ];
    for (const [make, message] of wrong) assert.throws(make, message);
});

test("vaccinations and infections go to their own lists of one section", () => {
    const pushed = pushesOf("covid-19", [infection({ ...FROM, what: concept("covid-19"), certainty: "confirmed" }), vaccination(FROM)]);
    assert.deepEqual(
        pushed.map(({ sink, value }) => [sink, value.length]),
        [
            ["vaccinations", 1],
            ["infections", 1],
        ],
    );
});

test("a SOAP reply is read by local names, with namespaces where they matter", () => {
    const root =
        readXml(`<?xml version="1.0"?><!-- x --><s:Envelope xmlns:s="urn:soap" xmlns="urn:a"><s:Body><reply code='1 &lt; 2' s:code="n"><name>Åsa &amp; &#xC5;ke<![CDATA[ <b>]]></name>
        <name xmlns="urn:b">other</name><empty/></reply></s:Body></s:Envelope>`);
    const reply = root.find("Body", "reply");
    assert.deepEqual(
        [
            root.namespace,
            reply.namespace,
            reply.attribute("code"),
            reply.text("name"),
            reply.all("name", "urn:b")[0].text(),
            reply.text("empty"),
            root.find("no", "way"),
        ],
        ["urn:soap", "urn:a", "1 < 2", "Åsa & Åke <b>", "other", null, null],
    );
});

test("XML that could mean something else is refused with its line", () => {
    const refused = [
        ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /line 1: a document type/],
        ["<a>\n&b;</a>", /line 2: an & that/],
        ["<a><b></a>", /not the open one/],
        ["<a>", /never closed/],
        ["<a/><b/>", /second root/],
        ["<x:a/>", /bound to no namespace/],
        ['<a b="1" b="2"/>', /twice/],
        ["<a b=1/>", /cannot be read/],
        ["text", /outside/],
        ["", /no element/],
        ["<a>&#0;</a>", /an & that/],
        ["<a>".repeat(200), /deeper than/],
        ["<a>& b</a>", /an & that/],
        ["<a>&constructor;</a>", /an & that/],
    ];
    for (const [text, message] of refused) assert.throws(() => readXml(text), message, text);
});

test("rows are read by the names of the first line, and one of another length is told by its line", () => {
    const { rows, faults } = readCsv('\ufeffid;text\r\n1;"a;b ""c""\nd"\r\n\r\n2;plain;more\n3;\n');
    assert.deepEqual(rows, [
        { id: "1", text: 'a;b "c"\nd' },
        { id: "3", text: "" },
    ]);
    assert.deepEqual(faults, [{ line: 5, fields: 3 }]);
    assert.deepEqual(readCsv("a,b\n1,2", { separator: "," }).rows, [{ a: "1", b: "2" }]);
    for (const [text, message] of [
        ['a\n"x', /never closed/],
        ['a\nx"y', /inside a field/],
        ['a\n"x"y', /after a closing/],
        ["a;a\n", /twice/],
        ["", /first line/],
    ])
        assert.throws(() => readCsv(text), message);
});

test("a personal number is known in every spelling, and ten digits never mean somebody a hundred years younger", () => {
    const now = "2026-11-20T09:30:00+01:00";
    for (const written of ["191212121212", "19121212-1212", "121212+1212", " 19121212 1212"]) assert.ok(isSameNumber("191212121212", written, now), written);
    for (const written of ["194401229085", "440122-9085", "4401229085"]) assert.ok(isSameNumber("194401229085", written, now), written);
    for (const written of ["121212-1212", "1212121212", "19121212-1213", ""]) assert.ok(!isSameNumber("191212121212", written, now), written);
    assert.ok(!isSameNumber("194401229085", "440122+9085", now));
    assert.ok(isSameNumber("1912121212TF", "19121212-12tf", now));
});

test("a file without a column that is required is another file", () => {
    assert.throws(() => readCsv("<html>;\n<body>;\n", { required: ["id", "personnummer"] }), /the first line has no column id, personnummer/);
    assert.equal(readCsv("id;personnummer\n", { required: ["id", "personnummer"] }).rows.length, 0);
});
