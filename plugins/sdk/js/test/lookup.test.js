// Whatever a handler does, its section gets one true status and the next handler runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
    LookupFailure,
    complete,
    defineAdapter,
    held,
    nothingHeld,
    partial,
    service,
    statedNone,
    unavailable,
    unsupported,
} from "../index.js";
import { rehearse } from "../rehearsal.js";

const MANIFEST = {
    sections: ["services", "plans"],
    origins: [{ alias: "api", methods: ["GET", "POST"] }],
    credential_slots: [{ name: "key" }],
    settings: [{ key: "zone" }],
};
const VISIT = service({ id: "h1", patient: null, careProvider: null, careUnit: null, kind: "home-care", phase: "ongoing" });
const GET = { origin: "api", path: "/x" };

/** Statuses, when the services' handler does this and the plans' says nothing held. */
const statuses = (services, more = {}) => heard(services, more).sections;
function heard(services, { reply = () => ({ json: {} }), prepare, ...more } = {}) {
    const adapter = defineAdapter({ manifest: MANIFEST, prepare, sections: { services, plans: () => nothingHeld() } });
    return rehearse(adapter, { reply, ...more });
}

test("each answer is its status, with its entries", () => {
    const cases = [
        [() => complete([VISIT]), "complete", 1],
        [() => held([VISIT]), "complete", 1],
        [() => held([]), "nothing-held", undefined],
        [() => partial([VISIT], "sida 2 saknas"), { partial: "sida 2 saknas" }, 1],
        [() => unavailable("stängt"), { unavailable: "stängt" }, undefined],
        [() => statedNone("2026-11"), { "stated-none": "2026-11" }, undefined],
        [() => statedNone(), "stated-none", undefined],
        [() => unsupported(), "unsupported", undefined],
    ];
    for (const [handler, status, count] of cases) {
        const { services, plans } = statuses(handler);
        assert.deepEqual([services.status, services.entries?.length, plans.status], [status, count, "nothing-held"]);
    }
});

test("complete without an entry is refused, with what to say instead", () => {
    assert.throws(() => complete([]), /held\(entries\).*nothingHeld\(\).*statedNone\(\)/s);
    assert.throws(() => partial([VISIT], " "), /tells the clinician/);
});

test("a section nobody wrote a handler for, and one the manifest does not name, are told when the adapter is defined", () => {
    const define = (sections) => () => defineAdapter({ manifest: MANIFEST, sections });
    assert.throws(define({ services: () => nothingHeld() }), /section "plans" has no handler/);
    assert.throws(
        define({ services: () => nothingHeld(), plans: () => nothingHeld(), alerts: () => nothingHeld() }),
        /"alerts", which manifest\.json does not name/,
    );
    assert.throws(define({ services: async () => nothingHeld(), plans: () => nothingHeld() }), /"services" is async/);
    assert.throws(() => defineAdapter({ manifest: { sections: ["service"] }, sections: {} }), /names the section "service"/);
});

test("only what is asked for is answered, and what the source never has is unsupported", () => {
    const { sections } = heard(() => assert.fail("not asked for"), { sections: ["plans", "alerts"] });
    assert.deepEqual(sections, { alerts: { status: "unsupported" }, plans: { status: "nothing-held" } });
});

test("after a failed exchange a section is never complete, none or nothing held, though the handler caught the error", () => {
    const answers = [
        () => complete([VISIT]),
        () => held([]),
        () => statedNone(),
        () => nothingHeld(),
        () => partial([VISIT], "mer saknas"),
    ];
    const expected = [
        { partial: "fel i källan" },
        { unavailable: "fel i källan" },
        { unavailable: "fel i källan" },
        { unavailable: "fel i källan" },
        { partial: "mer saknas; fel i källan" },
    ];
    const swallowing = (answer) => (ask) => {
        try {
            ask.send(GET);
        } catch {
            // What an adapter should not do.
        }
        return answer();
    };
    for (const [place, answer] of answers.entries()) {
        const { services, plans } = statuses(swallowing(answer), { reply: () => ({ status: 500 }) });
        assert.deepEqual([services.status, plans.status], [expected[place], "nothing-held"]);
    }
});

test("a failed exchange of prepare is held against every section, or against those it was for", () => {
    const reply = () => ({ error: "timeout" });
    const swallowing = (options) => (ask) => {
        const { one } = ask.sendAll({ one: { ...GET, ...options } });
        return one.ok;
    };
    const of = (options) => {
        const { services, plans } = statuses(() => held([]), { reply, prepare: swallowing(options) });
        return [services.status, plans.status];
    };
    const late = { unavailable: "källan svarade inte i tid" };
    assert.deepEqual(of({}), [late, late]);
    assert.deepEqual(of({ for: ["services"] }), [late, "nothing-held"]);
    assert.deepEqual(of({ optional: true }), ["nothing-held", "nothing-held"]);
});

test("an exchange that fails in a handler makes its section unavailable and ends in prepare as a typed failure", () => {
    const reply = () => ({ status: 429, headers: { "retry-after": "7" } });
    const { sections, failure, log } = heard((ask) => held(ask.send(GET).list("x")), { reply });
    assert.deepEqual([sections.services.status, failure], [{ unavailable: "källan är överbelastad" }, null]);
    assert.deepEqual(
        log.map(({ level }) => level),
        ["warn"],
    );
    const whole = heard(() => held([]), { reply, prepare: (ask) => ask.send(GET) });
    assert.deepEqual([whole.failure.kind, whole.failure.code, whole.sections], ["upstream-unavailable", "http-429", {}]);
});

test("an error nobody caught is logged with type and line, costs one section, and in prepare the lookup", () => {
    const here = 1 + Number(/lookup\.test\.js:(\d+)/.exec(new Error("place").stack)[1]);
    const fault = () => undefined.length;
    const { sections, log, failure } = heard(fault);
    assert.deepEqual([Object.keys(sections.services.status), sections.plans.status, failure], [["unavailable"], "nothing-held", null]);
    assert.deepEqual(
        [log[0].level, log[0].message.includes("uncaught TypeError: "), log[0].message.endsWith(`lookup.test.js:${here}`)],
        ["error", true, true],
    );
    const whole = heard(() => held([]), { prepare: fault });
    assert.deepEqual([whole.failure.kind, whole.failure.code], ["internal", "uncaught"]);
});

test("what an error says is not repeated when it could name the patient", () => {
    for (const text of ["no 191212121212", "19121212-1212 is gone", "1212121212", "call 0555-123 45 67"]) {
        const { log } = heard(() => {
            throw new RangeError(text);
        });
        assert.match(log[0].message, /uncaught RangeError at /);
        assert.doesNotMatch(log[0].message, /\d{4}/);
    }
    const { log } = heard(() => JSON.parse("{Tolvan"));
    assert.doesNotMatch(log[0].message, /Tolvan/);
});

test("a failure may be thrown anywhere and ends the lookup", () => {
    const { failure, sections } = heard(() => {
        throw new LookupFailure("patient-ambiguous", "several", "several people of this number");
    });
    assert.deepEqual([failure.kind, failure.code, sections.plans], ["patient-ambiguous", "several", undefined]);
});

test("a handler that ends without an answer is told by the section's name", () => {
    const { log } = heard(() => undefined);
    assert.match(log[0].message, /sections\["services"\] ended with undefined instead of an answer/);
});

test("there is no clock and no chance, also in a rehearsal", () => {
    for (const read of [() => Date.now(), () => new Date(), () => Math.random(), () => Date()])
        assert.match(heard(read).log[0].message, /the same query and replies/);
    assert.equal(
        statuses(() => (new Date("2026-11-20T00:00:00Z").getUTCDay() === 5 ? nothingHeld() : unsupported())).services.status,
        "nothing-held",
    );
    assert.ok(Date.now() > 0);
});
