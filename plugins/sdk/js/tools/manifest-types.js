// The manifest's names as TypeScript types, so that a missing handler or a misspelt setting is a type error.
//
// Not here: whether the manifest is right (`samsyn adapter check`). Invariant: the type holds exactly what the JSON holds.

/** @param {unknown} manifest */
export function manifestTypes(manifest) {
    return (
        "// The type of manifest.json: written by the build when that file has changed. Do not edit.\n\n" +
        `interface ThisManifest ${typeOf(manifest, "")}\n\ndeclare const manifest: ThisManifest;\nexport default manifest;\n`
    );
}

/** @param {unknown} value @param {string} indent @returns {string} */
function typeOf(value, indent) {
    const deeper = `${indent}    `;
    if (Array.isArray(value)) {
        const items = value.map((item) => typeOf(item, deeper));
        return items.length === 0 ? "readonly []" : `readonly [\n${items.map((item) => `${deeper}${item},\n`).join("")}${indent}]`;
    }
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const fields = Object.entries(value).map(([name, field]) => `${deeper}readonly ${JSON.stringify(name)}: ${typeOf(field, deeper)};\n`);
    return `{\n${fields.join("")}${indent}}`;
}
