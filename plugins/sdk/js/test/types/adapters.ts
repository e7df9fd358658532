// Adapters that TypeScript must refuse, each with the line it is refused at, and some it must accept. Compiled in a project of the template.

import { complete, defineAdapter, held, nothingHeld, service, statedNone, unavailable } from "samsyn-adapter";
import type { AskOf, Contact, Manifest, Service } from "samsyn-adapter";
import manifest from "../manifest.json" with { type: "json" };

declare const visit: Service;
declare const person: Contact;
const from = { id: "1", patient: null, careProvider: null, careUnit: null };
const contacts = () => held([person]);

export const right = defineAdapter({
    manifest,
    prepare: (ask) => ({
        zone: ask.setting("zone"),
        all: ask.sendAll({ a: { origin: "api", path: "/", credential: "key", for: ["services"] } }),
    }),
    sections: {
        services(ask, { zone, all }) {
            const known: string | null = zone;
            if (known === null) return statedNone("2026");
            if (all.a.ok)
                return complete([
                    service({
                        ...from,
                        kind: "a word of its own",
                        phase: "ongoing",
                        events: [{ kind: "visit", at: "2026" }],
                        signing: { signed: {} },
                    }),
                ]);
            return helped(ask) ? nothingHeld() : unavailable(ask.text("stängt", "closed"));
        },
        contacts,
    },
});

function helped(ask: AskOf<typeof manifest>): boolean {
    return ask.asks("contacts");
}

// @ts-expect-error a section without handler
defineAdapter({ manifest, sections: { services: () => nothingHeld() } });
// @ts-expect-error a handler without section
defineAdapter({ manifest, sections: { services: () => nothingHeld(), contacts, plans: () => nothingHeld() } });
// @ts-expect-error a handler that ends without an answer
defineAdapter({ manifest, sections: { services() {}, contacts } });
// @ts-expect-error a handler that may end without an answer
defineAdapter({ manifest, sections: { services: (ask) => (ask.asks("services") ? nothingHeld() : undefined), contacts } });
// @ts-expect-error a handler that waits
defineAdapter({ manifest, sections: { services: async () => nothingHeld(), contacts } });
// @ts-expect-error entries of another section
defineAdapter({ manifest, sections: { services: () => held([person]), contacts } });
// @ts-expect-error an answer that nobody made
defineAdapter({ manifest, sections: { services: () => ({ status: "complete" }), contacts } });
// @ts-expect-error an unknown origin
defineAdapter({ manifest, sections: { services: (ask) => held(ask.send({ origin: "apii", path: "/" }).list("x")), contacts } });
// @ts-expect-error an unknown setting
defineAdapter({ manifest, sections: { services: (ask) => unavailable(ask.requiredSetting("zon")), contacts } });
// @ts-expect-error a section in the manifest that the contract does not have
defineAdapter({ manifest: { sections: ["service"] } as const satisfies Manifest, sections: { service: () => nothingHeld() } });
// @ts-expect-error an entry without a field that it must have
service({ ...from, kind: "home-care" });
// @ts-expect-error an entry that does not say whose it is
service({ id: "1", careProvider: null, careUnit: null, kind: "home-care", phase: "ongoing" });
// @ts-expect-error a misspelt field
service({ ...from, kind: "home-care", phase: "ongoing", startd: "2026" });
// @ts-expect-error a phase that is none
service({ ...from, kind: "home-care", phase: "going" });
// @ts-expect-error a setting that may be missing, used as a text
defineAdapter({ manifest, prepare: (ask) => ask.setting("zone"), sections: { services: (_, zone) => unavailable(zone), contacts } });
