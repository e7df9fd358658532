// Services: what is granted, with its breaks and visits, and the safety alarm.
//
// Invariant: a visit that belongs to no service shown here is counted and told, and nothing beyond the contract's bound is dropped silently.

import { service } from "samsyn-adapter";
import type { Fields, Loose, Service, ServiceEvent } from "samsyn-adapter";
import { alarmService } from "./access.ts";
import type { Ask } from "./ask.ts";
import type { Lists } from "./lists.ts";
import { organisation, phones, provenance } from "./parts.ts";
import { BREAK_REASON, SERVICE_KIND, SERVICE_PHASE, VISIT_OUTCOME } from "./words.ts";

/** The host shows lists of at most 200: so many before now, and so many after. */
const EVENTS_EACH_WAY = 90;
const BREAKS_MAX = 20;

interface Visit {
    serviceId: string;
    done: boolean;
    event: Loose<ServiceEvent>;
}

export function servicesOf(ask: Ask, lists: Lists): Service[] {
    const granted = lists.part("insatser");
    const visits = ask.each(lists.part("besok"), "besok", (record) => visitOf(ask, record));
    const byService = grouped(visits);
    const services = ask.each(granted, "insatser", (record) => {
        const own = byService.get(record.required("id")) ?? [];
        const made = serviceOf(ask, record, own);
        byService.delete(made.provenance.id);
        return made;
    });
    const alarms = ask.each(lists.part("tilltrade"), "tilltrade", alarmService).flat();
    const lost = [...byService.values()].flat().length;
    if (lost > 0) {
        ask.missing(
            ask.text(
                `${lost} besök hör till insatser som inte kom med och visas inte`,
                `${lost} visits belong to services that did not come and are not shown`,
            ),
        );
    }
    return [...services, ...alarms];
}

function grouped(visits: readonly Visit[]): Map<string, Visit[]> {
    const groups = new Map<string, Visit[]>();
    for (const visit of visits) groups.set(visit.serviceId, [...(groups.get(visit.serviceId) ?? []), visit]);
    return groups;
}

function serviceOf(ask: Ask, record: Fields, visits: readonly Visit[]): Service {
    const breaks = record.each("uppehall", (pause) => breakOf(ask, pause));
    const current = breaks.find(({ isNow }) => isNow);
    const title = record.text("rubrik");
    const continuity = record.inner("kontinuitet");
    const staff = continuity?.count("medarbetare") ?? null;
    const days = continuity?.count("dagar") ?? null;
    const comment =
        staff === null || days === null
            ? []
            : [
                  {
                      key: "comment",
                      value: ask.text(`${staff} olika medarbetare på ${days} dagar`, `${staff} different staff in ${days} days`),
                  },
              ];
    return service({
        ...provenance(record, record.required("id"), comment),
        kind: record.word("typ", SERVICE_KIND) ?? record.skip("typ"),
        phase: record.oneOf("status", SERVICE_PHASE) ?? "unknown",
        text: current === undefined ? title : [title, current.text].filter((part) => part !== null).join(". "),
        started: record.time("fran"),
        ended: record.time("till"),
        lastNoted:
            visits
                .filter(({ done }) => done)
                .map(({ event }) => event.at)
                .sort()
                .at(-1) ?? null,
        events: bounded(
            ask,
            [...breaks.slice(0, BREAKS_MAX).map(({ event }) => event), ...visits.map(({ event }) => event)],
            breaks.length > BREAKS_MAX,
        ),
        unit: organisation(record, "enhet"),
        phones: phones(record),
    });
}

/** The events nearest to now, in order of time. */
function bounded(ask: Ask, events: Loose<ServiceEvent>[], alreadyCut: boolean): Loose<ServiceEvent>[] {
    const inOrder = events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const now = ask.now.slice(0, 16);
    const past = inOrder.filter(({ at }) => at <= now);
    const kept = [...past.slice(-EVENTS_EACH_WAY), ...inOrder.slice(past.length, past.length + EVENTS_EACH_WAY)];
    if (alreadyCut || kept.length < inOrder.length) {
        ask.missing(ask.text("bara de besök som ligger närmast i tiden visas", "only the visits nearest in time are shown"));
    }
    return kept;
}

/** A break is a note of the day it began; one that goes on now is said in the text of the service too. */
function breakOf(ask: Ask, pause: Fields) {
    const from = pause.time("fran") ?? pause.skip("fran");
    const to = pause.time("till");
    const words = pause.oneOf("orsak", BREAK_REASON);
    const reason = words === null ? ask.text("orsak ej angiven", "reason not stated") : ask.text(...words);
    const until = to === null ? ask.text("tills vidare", "until further notice") : ask.text(`till ${to}`, `until ${to}`);
    const text = ask.text(`Uppehåll från ${from} ${until}: ${reason}`, `Break from ${from} ${until}: ${reason}`);
    const today = ask.now.slice(0, 10);
    return {
        text,
        isNow: from.slice(0, 10) <= today && (to === null || to.slice(0, 10) >= today),
        event: { kind: "note", at: from, text },
    };
}

function visitOf(ask: Ask, record: Fields): Visit {
    const serviceId = record.required("insatsId");
    const day = record.required("datum");
    const window = record.inner("fonster");
    const [from, to] = [window?.clock("fran") ?? null, window?.clock("till") ?? null];
    const performed = record.inner("utfort");
    const start = performed?.time("start") ?? null;
    const tasks = record.texts("moment").join(", ");
    const two = record.flag("dubbelbemanning") === true ? ask.text("två medarbetare", "two staff") : "";
    const clock = from === null || to === null ? "" : `${from}–${to}`;
    const words = (outcome: string) => [outcome, clock, tasks, two].filter((part) => part !== "").join(" · ") || null;
    const at =
        start ??
        (from === null || record.time("datum") !== day || day.length !== 10
            ? (record.time("datum") ?? record.skip("datum"))
            : `${day}T${from}`);
    const status = record.required("status");
    if (status === "utfort") return { serviceId, done: true, event: { kind: "visit", at, text: words("") } };
    if (status === "planerat") return { serviceId, done: false, event: { kind: "planned-visit", at, text: words("") } };
    const outcome = VISIT_OUTCOME[status];
    // A status nobody knows is shown as it is: it is neither a visit nor none.
    return {
        serviceId,
        done: false,
        event: { kind: "note", at, text: words(outcome === undefined ? `${ask.text("besök", "visit")}: ${status}` : ask.text(...outcome)) },
    };
}
