// Personal numbers as sources write them: with or without separators, with or without the century.
//
// Not here: check digits (the host judges identifiers). Invariant: ten digits that may mean somebody else are never taken for the patient.

/** @param {string} text */
function compact(text) {
    return text.replace(/[-+\s]/g, "").toUpperCase();
}

/**
 * @param {string} number an identifier of the query
 * @param {string} written as the source has it
 * @param {string} now the moment of the lookup
 */
export function isSameNumber(number, written, now) {
    const whole = compact(number);
    const found = compact(written);
    if (found === whole) return true;
    if (!/^\d{12}$/.test(whole) || found !== whole.slice(2)) return false;
    // A plus is written from the year in which somebody turns a hundred; without it ten digits mean a younger one.
    return Number(now.slice(0, 4)) - Number(whole.slice(0, 4)) >= 100 === written.includes("+");
}
