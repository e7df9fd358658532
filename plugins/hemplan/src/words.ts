// Hemplan's own words and those of the contract.
//
// Invariant: a word outside an open table passes unchanged, so that it is shown instead of dropped.

import type { ServicePhase } from "samsyn-adapter";

/** Kinds of service (insatstyp). */
export const SERVICE_KIND = {
    hemtjanst: "home-care",
    avlosning: "home-care",
    matdistribution: "home-care",
    ledsagning: "social-service",
    dagverksamhet: "social-service",
    boendestod: "social-service",
    lss: "lss",
    trygghetslarm: "safety-alarm",
};

export const SERVICE_PHASE: Record<string, ServicePhase> = {
    planerad: "planned",
    pagaende: "ongoing",
    uppehall: "ongoing",
    avslutad: "ended",
};

export const CONTACT_KIND = {
    fast_omsorgskontakt: "named-social-contact",
    handlaggare: "case-officer",
    hemsjukvard: "home-nursing",
    narstaende: "next-of-kin",
    foretradare: "legal-representative",
    // The contract has no word for these; whatever is written here is what the clinician reads.
    gruppledare: "Gruppledare",
    planerare: "Planerare",
    nattpatrull: "Nattpatrull",
};

export const PLAN_PHASE = { aktiv: "active", planerad: "planned", avslutad: "ended" };

export const PROTECTION = { sekretessmarkering: "confidentiality-mark", skyddad_folkbokforing: "protected-registration" };

/** Why a service rests, for people. */
export const BREAK_REASON: Record<string, [swedish: string, english: string]> = {
    sjukhus: ["sjukhusvistelse", "in hospital"],
    korttids: ["korttidsplats", "short-term stay"],
    bortrest: ["bortrest", "away"],
    eget_val: ["eget val", "own choice"],
};

/** What a visit that is not done or planned became, for people. */
export const VISIT_OUTCOME: Record<string, [swedish: string, english: string]> = {
    installt: ["inställt besök", "visit cancelled"],
    uteblivet: ["uteblivet besök", "visit missed"],
    oppnar_ej: ["besök: ingen öppnade", "visit: nobody opened"],
};

/** Ways into the home and what to know there. */
export const ACCESS_KIND: Record<string, string> = {
    nyckelskap: "Nyckelskåp",
    digitalt_las: "Digitalt lås",
    nycklar: "Nycklar",
    porttelefon: "Porttelefon",
    husdjur: "Husdjur",
};

export const ALARM = "trygghetslarm";
