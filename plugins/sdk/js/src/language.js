// The two languages an adapter writes its own few words in. What the source says is never translated.

/** @typedef {(swedish: string, english: string) => string} Words one of two texts */

/** Swedish, unless the tag is English. @param {string} tag BCP 47 @returns {Words} */
export function wordsOf(tag) {
    const english = tag.slice(0, 2).toLowerCase() === "en";
    return (swedish, inEnglish) => (english ? inEnglish : swedish);
}
