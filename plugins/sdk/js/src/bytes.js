// Text to bytes and back, hexadecimal and base64: QuickJS has no TextDecoder, TextEncoder or btoa.
//
// The loops over whole replies run inside the engine (`escape`, `decodeURIComponent`), which is a hundred times faster than a loop here.
// Invariant: bytes that are no text give null, never a guess.

const CHUNK = 0x8000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** What windows-1252 has where ISO 8859-1 has control characters. */
const WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** One character per byte. @param {Uint8Array} bytes */
function characters(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length; at += CHUNK) parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK)));
    return parts.join("");
}

/** The text of UTF-8 bytes, without a byte order mark; null when they are no UTF-8. @param {Uint8Array} bytes */
export function decodeUtf8(bytes) {
    const raw = characters(bytes);
    if (!/[^\x00-\x7f]/.test(raw)) return raw;
    try {
        return decodeURIComponent(escape(raw)).replace(/^\ufeff/, "");
    } catch {
        return null;
    }
}

/** Half of a surrogate pair is no text, and the border to the host would not take it. @param {string} text */
export function wellFormed(text) {
    if (!/[\ud800-\udfff]/.test(text)) return text;
    return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

/** The bytes of a text in UTF-8. @param {string} text */
export function encodeUtf8(text) {
    const plain = wellFormed(text);
    const raw = /[^\x00-\x7f]/.test(plain) ? unescape(encodeURIComponent(plain)) : plain;
    const bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
    return bytes;
}

/** The text of bytes in windows-1252, of which ISO 8859-1 is a part. @param {Uint8Array} bytes */
export function decodeWindows1252(bytes) {
    return characters(bytes).replace(/[\x80-\x9f]/g, (letter) => WINDOWS[letter.charCodeAt(0) - 0x80]);
}

/** `0a1f…`, as signatures are often written. @param {Uint8Array} bytes */
export function hex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 3) {
        const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
        const count = Math.min(3, bytes.length - at);
        for (let place = 0; place < 4; place += 1) text += place <= count ? LETTERS[(group >> (18 - 6 * place)) & 63] : "=";
    }
    return text;
}
