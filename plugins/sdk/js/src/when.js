// Reading times at the precision a source has.
//
// Not here: what is current now (the host decides, by `query.now`).
// Invariant: precision is neither invented nor lost; what is not a form of the contract's `when` is null.

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;

/**
 * The text as a `when` of the contract: `1987`, `1987-04`, `1987-04-02`, local date and time with or without seconds (a space may stand for
 * the `T`), or an instant with offset.
 * @param {string} text
 * @returns {string | null}
 */
export function when(text) {
    const plain = text.trim();
    const at = plain.search(/[T ]/);
    if (at < 0) return isDate(plain) ? plain : null;
    const [date, clock] = [plain.slice(0, at), plain.slice(at + 1)];
    const parts = CLOCK.exec(clock);
    if (date.length !== 10 || !isDate(date) || parts === null) return null;
    // An instant has seconds; without them an offset would be taken for something it is not.
    if (parts[2] !== undefined && clock.indexOf(":", 3) !== 5) return null;
    return `${date}T${clock}`;
}

/** A local clock time `HH:MM`, up to `24:00`. @param {string} text @returns {string | null} */
export function clock(text) {
    const plain = text.trim();
    return /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(plain) ? plain : null;
}

/** @param {string} text */
function isDate(text) {
    const parts = DATE.exec(text);
    if (parts === null) return false;
    const [year, month, day] = [Number(parts[1]), parts[2], parts[3]];
    if (month === undefined) return true;
    const number = Number(month);
    if (number < 1 || number > 12) return false;
    return day === undefined || (Number(day) >= 1 && Number(day) <= daysIn(year, number));
}

/** @param {number} year @param {number} month */
function daysIn(year, month) {
    if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
    return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
