// What can go wrong: an exchange (Problem), the whole lookup (LookupFailure), the adapter's own code (Misuse).
//
// Not here: what is done about it (`lookup.js`). The words follow the Rust SDK's, so that a clinician reads the same of every source.
// Invariant: neither text holds a word of a reply.

/** An exchange gave nothing usable. Uncaught in a section's handler it makes that section `unavailable`; in `prepare` it ends the lookup. */
export class Problem extends Error {
    /**
     * @param {import("../samsyn-adapter.js").FailureKind} kind
     * @param {string} code stable, `[a-z0-9-]{1,64}`, for metrics
     * @param {string} text for the clinician, in the language of the lookup
     * @param {{ message?: string, retryAfterMs?: number | null }} [more] for the administrator
     */
    constructor(kind, code, text, more = {}) {
        super(text);
        this.name = "Problem";
        this.kind = kind;
        this.code = code;
        this.text = text;
        this.administrator = more.message ?? text;
        this.retryAfterMs = more.retryAfterMs ?? null;
    }

    /** The same as a failure of the whole lookup. */
    failure() {
        return new LookupFailure(this.kind, this.code, this.administrator, { retryAfterMs: this.retryAfterMs });
    }
}

/** The whole lookup failed, in a way the adapter understands. Throw one from anywhere. */
export class LookupFailure extends Error {
    /**
     * @param {import("../samsyn-adapter.js").FailureKind} kind
     * @param {string} code
     * @param {string} message for the administrator, no patient data
     * @param {{ retryAfterMs?: number | null }} [more]
     */
    constructor(kind, code, message, more = {}) {
        super(message);
        this.name = "LookupFailure";
        this.kind = kind;
        this.code = code;
        this.retryAfterMs = more.retryAfterMs ?? null;
    }
}

/** The adapter uses the SDK in a way that cannot be right. The message holds no data and is safe to log. */
export class Misuse extends TypeError {
    /** @param {string} message */
    constructor(message) {
        super(message);
        this.name = "Misuse";
    }
}

/** A record that cannot be shown; `Fields` has noted why. */
export class Skipped extends Error {}

/** @param {import("./language.js").Words} words @param {import("../samsyn-adapter.js").HttpError} error */
export function problemOfError(words, error) {
    const { kind, code, message } = error;
    const [failure, text] = reasonOfError(words, kind, code);
    return new Problem(failure, code, text, { message });
}

function reasonOfError(words, kind, code) {
    switch (kind) {
        case "timeout":
        case "deadline":
            return ["upstream-unavailable", words("källan svarade inte i tid", "the source did not answer in time")];
        case "dns":
        case "connect":
        case "tls":
        case "busy":
            return ["upstream-unavailable", words("källan kunde inte nås", "the source could not be reached")];
        case "denied":
        case "invalid-request":
        case "credential":
            return [
                "not-configured",
                words("anslutningen till källan är inte rätt inställd", "the connection to the source is not set up"),
            ];
        case "protocol":
            // Cut off mid-reply, or nobody there who speaks HTTP: nothing came that could be called malformed.
            if (code !== "content-encoding")
                return ["upstream-unavailable", words("förbindelsen med källan bröts", "the connection to the source broke")];
            return ["upstream-malformed", words("källans svar gick inte att läsa", "the reply could not be read")];
        case "too-large":
            return ["upstream-malformed", words("källans svar gick inte att läsa", "the reply could not be read")];
        default:
            return ["other", words("källan kunde inte läsas", "the source could not be read")];
    }
}

/** @param {import("./language.js").Words} words @param {number} status @param {string | null} retryAfter */
export function problemOfStatus(words, status, retryAfter) {
    const seconds = retryAfter !== null && /^\s*\d{1,6}\s*$/.test(retryAfter) ? Number(retryAfter) : null;
    const retryAfterMs = seconds === null ? null : seconds * 1000;
    const [kind, text] = reasonOfStatus(words, status);
    return new Problem(kind, `http-${status}`, text, { message: `the source replied with status ${status}`, retryAfterMs });
}

function reasonOfStatus(words, status) {
    if (status === 429) return ["upstream-unavailable", words("källan är överbelastad", "the source is overloaded")];
    if (status >= 400 && status < 500) return ["upstream-rejected", words("källan nekade frågan", "the source refused the question")];
    if (status >= 500 && status < 600) return ["upstream-unavailable", words("fel i källan", "the source reported an error of its own")];
    return ["upstream-malformed", words("källan gav ett oväntat svar", "the source replied unexpectedly")];
}

/** The reply is there and cannot be understood. `what` names the place, never the content. */
export function malformed(words, code, what) {
    return new Problem("upstream-malformed", code, words("källans svar gick inte att läsa", "the reply could not be read"), {
        message: what,
    });
}
