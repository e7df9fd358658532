// The way into the home: the safety alarm is a service, everything else (key safe, lock, pets) a document.
//
// Not here, on purpose: codes. Hemplan's field `kod` is never read, so that no code can reach a screen.
// Invariant: a record becomes one or the other, never both and never neither.

import { concept, document, service } from "samsyn-adapter";
import type { Document, Fields, Service } from "samsyn-adapter";
import { organisation, phones, provenance } from "./parts.ts";
import { ACCESS_KIND, ALARM, SERVICE_PHASE } from "./words.ts";

export function alarmService(record: Fields): Service[] {
    if (record.required("slag") !== ALARM) return [];
    return [
        service({
            ...provenance(record, record.required("id")),
            kind: "safety-alarm",
            phase: record.oneOf("status", SERVICE_PHASE) ?? "unknown",
            text: record.text("text"),
            started: record.time("fran"),
            ended: record.time("till"),
            lastNoted: record.time("kontrollerad"),
            unit: organisation(record, "enhet"),
            phones: phones(record),
        }),
    ];
}

export function accessDocument(record: Fields): Document[] {
    const kind = record.required("slag");
    if (kind === ALARM) return [];
    // The name of a kind is Swedish like everything the source writes; a kind nobody knows is shown as it is.
    const name = ACCESS_KIND[kind] ?? kind;
    return [
        document({
            ...provenance(record, record.required("id")),
            kind: concept("Tillträde till bostaden"),
            title: name,
            date: record.time("kontrollerad") ?? record.time("fran"),
            unit: organisation(record, "enhet"),
            text: record.text("text"),
        }),
    ];
}
