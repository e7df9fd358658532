// The adapter contract in TypeScript: generated from the contract (wit/*.wit and wit/vocabulary.json) by `npm run generate`. Do not edit.
//
// An option is `null` when it is empty. What an adapter is written with is in `index.d.ts`; these are the types behind it.

/** A word of an open vocabulary: one of these, or a word of the source's own, which is shown as it is. */
export type Word<Known extends string> = Known | (string & {});

/** Who is asking, for the source's own access log. The access decision itself is made by the host. */
export interface Viewer {
    /** HSA-id of the employee. */
    userId: string;
    name: string | null;
    /** Title or role, e.g. `leg. sjuksköterska`. */
    role: string | null;
    /** The assignment (medarbetaruppdrag) in use. */
    assignment: string | null;
    careProvider: Organisation;
    careUnit: Organisation | null;
    /** e.g. `Vård och behandling`. */
    purpose: string;
}

export interface Query {
    /** The patient, in every identifier system the source declared and the host knows, preferred first. */
    identifiers: Identifier[];
    /** Sections to answer. Push entries and one status for each of these and for no other. */
    sections: Section[];
    /** Only what is newer than this is needed; none means everything that is current. */
    since: When | null;
    /** The instant of the lookup with offset. There is no clock: the same query gives the same answer, byte for byte. */
    now: string;
    /** BCP 47, for texts the adapter writes itself (`sv`, `en`). */
    language: string;
    /** What is left of the deadline when the call starts, in milliseconds. */
    budgetMs: number;
    viewer: Viewer | null;
    /** Registered extra facts; ignore unknown keys. */
    extensions: Extension[];
}

/** What an adapter implements. */
export interface AdapterInterface {
    /** The manifest as JSON following `manifest.schema.json`. Called once, at admission, with no network. */
    describe(): string;
    /**
     * Reads one patient. Push through `sink`, then return. Entries pushed before an error or the deadline are kept and
     * their sections marked partial.
     * @throws an error whose `payload` is Failure.
     */
    lookup(query: Query): void;
}

/** Optional: a connectivity test an administrator can press. It reads no patient. */
export interface SelftestInterface {
    /**
     * A sentence for the administrator, e.g. `svarar på 40 ms, version 4.0.1`.
     * @throws an error whose `payload` is Failure.
     */
    check(): string;
}

export type HttpMethod =
    | "get"
    | "head"
    | "post"
    | "put"
    | "patch"
    | "delete";

export type HttpTarget =
    /**
     * Path and query below the base URL bound to `origin`, beginning with `/`, e.g. `/Patient?identifier=…`.
     * Refused when it holds `..`, a backslash, a control byte or an encoded slash.
     */
    | { tag: "path"; val: string }
    /**
     * An absolute URL taken from a reply of this origin (e.g. a FHIR "next" link).
     * Accepted only inside the base URL bound to `origin`.
     */
    | { tag: "link"; val: string };

export interface HttpHeader {
    name: string;
    value: string;
}

export interface HttpRequest {
    /** Alias from the manifest, e.g. `api`. The administrator bound it to a base URL. */
    origin: string;
    method: HttpMethod;
    target: HttpTarget;
    /** Allowed: `accept*`, `content-type`, `if-*`, `soapaction`, `prefer`, and `x-*`. The host writes the rest. */
    headers: HttpHeader[];
    body: Uint8Array | null;
    /** Name of a credential slot from the manifest that the host applies to this request. */
    credential: string | null;
}

export interface HttpResponse {
    /** Any status, 4xx and 5xx included: those are replies, not errors. */
    status: number;
    headers: HttpHeader[];
    /** Decompressed. At most 4 MiB. */
    body: Uint8Array;
}

export type HttpErrorKind =
    /** Not granted, or the resolved address is not permitted. */
    | "denied"
    /** The request itself breaks a rule; `message` says which. */
    | "invalid-request"
    /** The credential slot is empty, or its token endpoint refused. */
    | "credential"
    | "dns"
    | "connect"
    | "tls"
    /** The source did not answer within the origin's own limit. */
    | "timeout"
    /** The time left for the whole lookup ran out. */
    | "deadline"
    | "too-large"
    /** Not HTTP, or cut off mid-reply. */
    | "protocol"
    /** A limit on requests was reached. */
    | "busy"
    /** Anything newer than 1.0; `code` says what. */
    | "other";

export interface HttpError {
    kind: HttpErrorKind;
    /** Stable, `[a-z0-9-]{1,64}`. */
    code: string;
    /** For the administrator. Names rules and aliases, never addresses or secrets. */
    message: string;
}

/** Host service: HTTP to granted origins only. The adapter cannot name a host and never sees a secret. */
export interface HttpInterface {
    /**
     * Sends one request and waits for the whole reply. Redirects are not followed: a 3xx is returned as it is.
     * @throws an error whose `payload` is HttpError.
     */
    send(request: HttpRequest): HttpResponse;
    /** Sends several at once (the host bounds how many in parallel). Results keep the order of the requests. */
    sendAll(requests: HttpRequest[]): ({ tag: "ok"; val: HttpResponse } | { tag: "err"; val: HttpError })[];
}

/** Host service: keyed operations on secrets that the adapter may use but not read. */
export interface KeysInterface {
    /**
     * HMAC-SHA-256 of `data` under the secret of a credential slot. The error names the slot.
     * @throws an error whose `payload` is string.
     */
    hmacSha256(slot: string, data: Uint8Array): Uint8Array;
}

export type LogLevel =
    | "trace"
    | "debug"
    | "info"
    | "warn"
    | "error";

/** Host service: a log kept with this one lookup. Never patient data. At most 200 lines of 2 KiB. */
export interface LogInterface {
    log(level: LogLevel, message: string): void;
}

/** Host service: the administrator's settings for this source. Never secrets. */
export interface SettingsInterface {
    /** The value of a setting declared in the manifest, or none when the administrator left it out. */
    get(key: string): string | null;
}

/** Whether the person lives, as the source states it. */
export type Life =
    | { tag: "alive" }
    /** Deceased, at this time if the source says when. */
    | { tag: "deceased"; val: When | null }
    | { tag: "not-stated" };

/** The person, from a population register or a record system. Section `person`. */
export interface PersonDetails {
    /** The identifier the source answered for. */
    identifier: Identifier;
    givenName: string | null;
    familyName: string | null;
    /** `YYYY-MM-DD`, or less when the source has less. */
    birthDate: When | null;
    /** `female`, `male`, `other`, `unknown`. */
    sex: Word<"female" | "male" | "unknown"> | null;
    /**
     * Protected identity: `confidentiality-mark` (sekretessmarkering) or `protected-registration` (skyddad
     * folkbokföring). A source that knows must say; the host then withholds whatever reveals a place.
     */
    protection: Word<"confidentiality-mark" | "protected-registration"> | null;
    life: Life;
    /** Language an interpreter is needed for, e.g. `arabiska`. */
    interpreterLanguage: string | null;
    /** e.g. `hör dåligt, tala mot vänster öra`. */
    communicationNeed: string | null;
    provenance: Provenance;
}

/** A care limit (vårdbegränsning): a position on what is not to be done, or that nothing is limited. */
export interface CareLimit {
    /** The source's own words, whole. It becomes the heading; it is never derived from a code. */
    text: string;
    /** `withhold`, `withdraw`, `palliative-talk` (brytpunktssamtal), `end-of-life-care` (VILSAD), `no-limits`, `unspecified`. */
    nature: Word<"withhold" | "withdraw" | "palliative-talk" | "end-of-life-care" | "no-limits" | "unspecified">;
    /** What is limited, e.g. HLR, intensive care, as the source codes it. */
    measures: Concept[];
    /** Grounds for the position (grund). */
    grounds: string | null;
    /** Who took the position: `physician`, `licensed`, `other-staff`, `patient`, `relative`, `unknown`. */
    authorKind: Word<"physician" | "licensed" | "other-staff" | "patient" | "relative" | "unknown">;
    decidedBy: Actor | null;
    /** The other licensed professionals who were consulted (rådgjort med). */
    consulted: Actor[];
    /** The patient's attitude, in the source's words. */
    patientAttitude: string | null;
    /** The relatives' attitude, in the source's words. */
    relativesAttitude: string | null;
    decided: When | null;
    validFrom: When | null;
    /** End of validity: the earlier of the period's end and the moment the source made it obsolete. */
    validTo: When | null;
    /** Last re-assessment (omprövning). */
    reassessed: When | null;
    /** `current`, `ended`, `superseded`, `unknown`. */
    phase: Word<"current" | "active" | "planned" | "ended" | "superseded" | "unknown">;
    /** Shared by copies of one and the same decision, so that they are linked rather than counted twice. */
    decisionId: string | null;
    provenance: Provenance;
}

/** A consent or its refusal, as the source has it. */
export interface Consent {
    /**
     * `shared-record` (sammanhållen vård- och omsorgsdokumentation: the only kind that opens anything), `information-transfer`,
     * `sip`, `quality-registry`, `research`, `treatment`, `other`.
     */
    kind: Word<"shared-record" | "information-transfer" | "sip" | "quality-registry" | "research" | "treatment">;
    /** `active`, `revoked`, `ended`, `refused`, `unknown`. */
    status: Word<"active" | "revoked" | "ended" | "refused" | "unknown">;
    /** The source's own words. */
    text: string | null;
    /** Units or providers it is given to. Empty: not stated. */
    givenTo: Organisation[];
    /** `patient`, `guardian`, `representative`, `unknown`. */
    givenBy: Word<"patient" | "guardian" | "representative" | "unknown">;
    validFrom: When | null;
    /** None: until further notice. */
    validTo: When | null;
    provenance: Provenance;
}

/** When somebody is away. */
export interface Absence {
    from: When;
    to: When | null;
}

/** Who stands in while somebody is away. */
export interface Substitute {
    name: string | null;
    role: string | null;
    phones: Phone[];
}

/** Somebody, or some unit, to call. */
export interface Contact {
    /**
     * `on-call-physician`, `on-call-nurse`, `home-nursing`, `responsible-physician` (PAL), `named-physician` (fast läkarkontakt),
     * `named-care-contact` (fast vårdkontakt), `named-social-contact` (fast omsorgskontakt), `contact-nurse`, `case-officer`
     * (biståndshandläggare), `health-centre`, `clinic`, `next-of-kin`, `legal-representative`,
     * `guardian` (vårdnadshavare of a child), `other`. That this very person has protected personal data is said with the
     * extension `protection` in `provenance`.
     */
    kind: Word<"on-call-physician" | "on-call-nurse" | "home-nursing" | "responsible-physician" | "named-physician" | "named-care-contact" | "named-social-contact" | "contact-nurse" | "case-officer" | "health-centre" | "clinic" | "next-of-kin" | "legal-representative" | "guardian">;
    name: string | null;
    /** Role or title, or the relation of a next of kin (`dotter`). */
    role: string | null;
    unit: Organisation | null;
    /** Order among contacts of one kind, 1 first. */
    order: number | null;
    /** Next of kin: may be told about the patient. None: not stated, and said so. */
    mayBeInformed: boolean | null;
    /** Next of kin: may be called at night. None: not stated, and said so. */
    callAtNight: boolean | null;
    /** Hours of the person or unit. Empty: not stated. */
    openings: Opening[];
    absent: Absence | null;
    substitute: Substitute | null;
    phones: Phone[];
    note: string | null;
    validFrom: When | null;
    validTo: When | null;
    provenance: Provenance;
}

/** One dose given, or a note that doses were given. Section `covid-19`. */
export interface Vaccination {
    /** Diseases it protects against. Empty: not stated. */
    targetDiseases: Concept[];
    vaccine: Concept | null;
    batch: string | null;
    date: When | null;
    doseNumber: number | null;
    /** Planned number of doses; not doses given. */
    prescribedDoses: number | null;
    doseComplete: boolean | null;
    /** Reference shared by copies of the same dose in several sources. */
    uniqueReference: string | null;
    /** Unstructured note; a record may hold nothing else, which means "vaccinated, dose unknown". */
    note: string | null;
    performer: Actor | null;
    provenance: Provenance;
}

/** An infection. Section `covid-19`; an ongoing one is shown among the alerts too. */
export interface Infection {
    what: Concept;
    /** `confirmed` (nucleic acid test, isolation, or antigen with clinical picture), `suspected`, `excluded`, `history`. */
    certainty: Word<"confirmed" | "suspected" | "excluded" | "history">;
    /** e.g. `PCR`. A self test never confirms. */
    method: string | null;
    /** When it was found. */
    date: When | null;
    ended: When | null;
    /** None: not stated. */
    ongoing: boolean | null;
    /** e.g. `kontaktsmitta, eget rum`. */
    precautions: string | null;
    provenance: Provenance;
}

export type ServicePhase =
    | "planned"
    | "ongoing"
    | "ended"
    | "unknown";

/** Something that happened within a service, e.g. kind `visit` at `2026-11-19`. */
export interface ServiceEvent {
    /** `visit`, `note`, `decision`, `planned-visit`, `follow-up`, `ready-for-discharge`, `discharge-planned`. */
    kind: Word<"visit" | "note" | "decision" | "planned-visit" | "follow-up" | "ready-for-discharge" | "discharge-planned">;
    at: When;
    text: string | null;
}

/** An active service (insats) or stay: what lights a badge. */
export interface Service {
    /**
     * `home-nursing`, `home-care`, `social-service`, `lss`, `care-home`, `short-term`, `safety-alarm`, `aids`, `sip`,
     * `emergency-visit`, `inpatient`, `planned-discharge`, `ready-for-discharge`, `discharged`, `care-plan`.
     */
    kind: Word<"home-nursing" | "home-care" | "social-service" | "lss" | "care-home" | "short-term" | "safety-alarm" | "aids" | "sip" | "emergency-visit" | "inpatient" | "planned-discharge" | "ready-for-discharge" | "discharged" | "care-plan">;
    phase: ServicePhase;
    /** What it is, in the source's words, e.g. `dusch två gånger i veckan`. */
    text: string | null;
    started: When | null;
    ended: When | null;
    /** Latest note or visit the source knows of. */
    lastNoted: When | null;
    events: ServiceEvent[];
    unit: Organisation | null;
    phones: Phone[];
    provenance: Provenance;
}

/** Alert information (uppmärksamhetsinformation), classified by what the record holds, not by its label. */
export interface Alert {
    /** `hypersensitivity`, `infection`, `serious-disease`, `treatment`, `threat`, `special-routine`, `unstructured`. */
    kind: Word<"hypersensitivity" | "infection" | "serious-disease" | "treatment" | "threat" | "special-routine" | "unstructured">;
    /** The source's own words. */
    text: string;
    /** `life-threatening`, `harmful`, `discomforting`. Only for hypersensitivity. */
    severity: Word<"life-threatening" | "harmful" | "discomforting"> | null;
    /** `confirmed`, `probable`, `suspected`, `refuted`. */
    certainty: Word<"confirmed" | "probable" | "suspected" | "refuted"> | null;
    /** What the patient reacts to, or the disease. */
    agent: Concept | null;
    /** The label the source gave it, e.g. `Överkänslighet`. Shown when it disagrees with `kind`. */
    label: Concept | null;
    comment: string | null;
    noted: When | null;
    validFrom: When | null;
    /** The earlier of the period's end and the moment the source made it obsolete. */
    validTo: When | null;
    provenance: Provenance;
}

/** A plan. */
export interface Plan {
    /**
     * `sip`, `crisis-plan` (krisplan), `agreement` (överenskommelse), `palliative`, `implementation` (genomförandeplan), `order`
     * (ordination), `care-plan`, `nursing-plan`, `rehabilitation`, `other`.
     */
    kind: Word<"sip" | "crisis-plan" | "agreement" | "palliative" | "implementation" | "order" | "care-plan" | "nursing-plan" | "rehabilitation">;
    title: string;
    /** One line to act on, verbatim ("Gör så här"). */
    instruction: string | null;
    text: string | null;
    /** `planned`, `active`, `ended`, `unknown`. */
    phase: Word<"current" | "active" | "planned" | "ended" | "superseded" | "unknown">;
    responsible: Actor | null;
    participants: Organisation[];
    decided: When | null;
    validFrom: When | null;
    validTo: When | null;
    nextFollowUp: When | null;
    provenance: Provenance;
}

/** One assessed ability (ADL) or functional status. */
export interface FunctionalAssessment {
    /** e.g. `Förflyttning`. */
    what: Concept;
    /** The source's own words, e.g. `går med rollator, stöd av en person i trappa`. */
    assessment: string;
    /** `independent`, `partly-dependent`, `dependent`. */
    level: Word<"independent" | "partly-dependent" | "dependent"> | null;
    assessed: When | null;
    provenance: Provenance;
}

/** A medicine the patient has now, or is about to have. */
export interface Medication {
    drug: Concept;
    /** The dosage as the prescriber wrote it, e.g. `1 + 0 + 1 + 0`. */
    dosage: string | null;
    /** Delivered in dose packs (dosdispenserat). */
    doseDispensed: boolean | null;
    /** "Enligt särskild ordination", verbatim. */
    separateInstruction: string | null;
    /** Who handles the medicine, e.g. `patienten själv`, `hemsjukvården`. */
    handledBy: string | null;
    /** `current`, `planned`, `ended`, `unknown`. */
    phase: Word<"current" | "active" | "planned" | "ended" | "superseded" | "unknown">;
    asNeeded: boolean | null;
    indication: string | null;
    started: When | null;
    ended: When | null;
    provenance: Provenance;
}

/** A document: also the way a new kind of information arrives before it has a section of its own. */
export interface Document {
    kind: Concept;
    title: string;
    date: When | null;
    unit: Organisation | null;
    /** Plain text of the document, when it is short enough to carry. */
    text: string | null;
    /** `application/pdf` and so on, of what `provenance.link` leads to. */
    mediaType: string | null;
    provenance: Provenance;
}

/**
 * Host service: where the answer goes. One function per section; each may be called many times.
 *
 * Kinds and phases written as `string` come from `vocabulary.json`; a word outside it is shown as it is and never dropped.
 * Free text is plain text: markup is shown as characters. Records the source has struck out (nullified, entered in
 * error) are not pushed.
 */
export interface SinkInterface {
    /** At most one per lookup; a second one is a contract violation. */
    person(item: PersonDetails): void;
    careLimits(items: CareLimit[]): void;
    consents(items: Consent[]): void;
    contacts(items: Contact[]): void;
    vaccinations(items: Vaccination[]): void;
    infections(items: Infection[]): void;
    services(items: Service[]): void;
    alerts(items: Alert[]): void;
    plans(items: Plan[]): void;
    functionalStatus(items: FunctionalAssessment[]): void;
    medications(items: Medication[]): void;
    documents(items: Document[]): void;
    /**
     * Exactly one per requested section. A section without one is shown as unanswered, never as empty;
     * a second one for the same section, or one for a section not asked for, is a contract violation.
     */
    status(section: Section, status: SectionStatus): void;
}

/**
 * A point or period in time, at the precision the source really has. One of:
 * `1987` · `1987-04` · `1987-04-02` · `1987-04-02T14:05` · `1987-04-02T14:05:30` (local, no offset: the host
 * applies the source's time zone) · `1987-04-02T14:05:30+02:00` (an instant).
 * Never invent precision: a year stays a year.
 */
export type When = string;

/** One code of a code system, e.g. system `http://snomed.info/sct`, code `304253006`. */
export interface Coding {
    /** URI or OID of the code system. OIDs may be written bare (`1.2.752.…`) or as `urn:oid:1.2.752.…`. */
    system: string;
    /** The code itself, unchanged. */
    code: string;
    /** The source's own display text for the code. */
    display: string | null;
}

/** A term. `text` is what the clinician reads and is never empty; codings are additions for machines. */
export interface Concept {
    /** The source's own words. */
    text: string;
    codings: Coding[];
}

/** An identity in a named system, e.g. system `urn:oid:1.2.752.129.2.1.3.1` (personnummer), value `191212121212`. */
export interface Identifier {
    /** URI or OID of the identifier system. */
    system: string;
    /** The value, without separators. */
    value: string;
}

/**
 * An organisation or unit. `id` is what access decisions are made on; a record whose provider or unit has no id is
 * withheld from the reader (and said to be), because nobody can check it against the patient's blocks.
 */
export interface Organisation {
    /** HSA-id or ten-digit organisation number. Leave empty when the source has none or a placeholder such as `?`. */
    id: string | null;
    /** Name as the source writes it, e.g. `Medicinkliniken`. */
    name: string | null;
}

/** A person acting in a role. */
export interface Actor {
    /** Name as written, e.g. `Anders Holm`. */
    name: string | null;
    /** Title or role in the source's words, e.g. `överläkare`. */
    role: string | null;
    /** HSA-id of the person, when stated. */
    id: string | null;
    /** The unit the person acted for. */
    unit: Organisation | null;
}

/** Day of the week. */
export type Weekday =
    | "monday"
    | "tuesday"
    | "wednesday"
    | "thursday"
    | "friday"
    | "saturday"
    | "sunday";

/** A weekly opening. Several openings add up. */
export interface Opening {
    /** Days the opening applies to; all seven for "every day". */
    days: Weekday[];
    /** Local start, `HH:MM`. Empty means from midnight. */
    from: string | null;
    /** Local end, `HH:MM`. Empty means to midnight. An end before the start runs past midnight. */
    to: string | null;
}

/** A telephone number. */
export interface Phone {
    /** As it is to be dialled, e.g. `063-555 20 40`. */
    number: string;
    /** When this number is answered. Empty list: not stated. */
    openings: Opening[];
    /** e.g. `växel` or `knappval 2`. */
    note: string | null;
    /** True when the number must not be given to patients or relatives. */
    staffOnly: boolean;
}

/** Who signed and when. */
export interface Signature {
    at: When | null;
    by: Actor | null;
}

/** Whether the record is signed. `not-stated` is what a source without signing information says; it is never shown as signed. */
export type Signing =
    | { tag: "signed"; val: Signature }
    | { tag: "unsigned" }
    | { tag: "not-stated" };

/** A registered extra fact (`vocabulary.json`, "extensions"). Unknown keys are shown as plain text, never dropped. */
export interface Extension {
    key: string;
    value: string;
}

/** Where an entry comes from. Required on every entry. */
export interface Provenance {
    /** Stable id of the record in the source. Two entries with the same id are the same record. */
    id: string;
    /**
     * The patient **as the source states it in this very record**, never copied from the query.
     * The host refuses a source whose records name another patient, and withholds records that name none.
     */
    patient: Identifier | null;
    /** The responsible care or social-care provider (vårdgivare/omsorgsgivare), key of outer blocks. */
    careProvider: Organisation | null;
    /** The responsible unit (vårdenhet), key of inner blocks. */
    careUnit: Organisation | null;
    /** National information type, e.g. `upp`, `lak`, `dia`, `voo`, `vko`, `vpo` (1.2.752.129.2.2.2.1). */
    informationType: string | null;
    /** When the record was made in the source. */
    recorded: When | null;
    /** Who made it. */
    author: Actor | null;
    signing: Signing;
    /** Deep link into the source, relative to a granted origin (`/patient/…`); the host makes it absolute. */
    link: string | null;
    extensions: Extension[];
}

/**
 * Name of a section: one of `person alerts care-limits services contacts medications functional-status plans
 * covid-19 consents documents`. An open list, so that a new section is no type change.
 */
export type Section = string;

/** What the source says of one section as a whole. Exactly one is pushed per requested section. */
export type SectionStatus =
    /** Everything the source holds was pushed, and that was at least one entry. */
    | { tag: "complete" }
    /** Something is missing. The text tells the clinician what, e.g. `sida 3 av 4 kunde inte läsas`. */
    | { tag: "partial"; val: string }
    /** The source has this section but it could not be read now. The text says why. */
    | { tag: "unavailable"; val: string }
    /** The source itself *states* that there are none (e.g. "no known allergies"), at this time if it says so. */
    | { tag: "stated-none"; val: When | null }
    /** The source answered and holds nothing. Says nothing about the patient. */
    | { tag: "nothing-held" }
    /** The source never has this section. */
    | { tag: "unsupported" };

/** Why a lookup, or a self test, failed as a whole. */
export type FailureKind =
    | "patient-unknown"
    | "patient-ambiguous"
    | "consent-missing"
    | "upstream-unavailable"
    | "upstream-rejected"
    | "upstream-malformed"
    | "not-configured"
    | "internal"
    /** Anything newer than 1.0; `code` says what. */
    | "other";

/** A failure the adapter understands. An uncaught error is a trap, which tells the administrator less. */
export interface Failure {
    kind: FailureKind;
    /** Stable, chosen by the vendor, `[a-z0-9-]{1,64}`. Goes to metrics. */
    code: string;
    /** For the administrator. No patient data. Cut to 1 KiB. */
    message: string;
    /** How long the source asked to be left alone, in milliseconds. */
    retryAfterMs: number | null;
}
