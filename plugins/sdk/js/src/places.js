// From a line of the bundle to the line the author wrote.
//
// The build puts the source map into the bundle (`{ sources, own, mappings }`); it is decoded only when an error has to be placed.
// Invariant: a frame of the SDK or of the engine is never named; when no frame is the author's, there is no place.

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Frames of a stack as line and column, from 1. @param {string | undefined} stack */
export function framesOf(stack) {
    return Array.from((stack ?? "").matchAll(/:(\d+):(\d+)\)?\s*$/gm), ([, line, column]) => ({
        line: Number(line),
        column: Number(column),
    }));
}

/**
 * Finds the author's place of an error.
 * @param {{ sources: string[], own: boolean[], mappings: string } | undefined} map
 * @returns {(error: Error) => import("./uncaught.js").Place}
 */
export function placesOf(map) {
    return (error) => {
        if (map === undefined) return null;
        const lines = map.mappings.split(";");
        const starts = sourcesAtLineStarts(lines);
        for (const { line, column } of framesOf(error.stack)) {
            const found = locate(lines, starts, line - 1, column - 1);
            if (found !== null && map.own[found.source]) return { file: map.sources[found.source], line: found.line + 1 };
        }
        return null;
    };
}

/** The numbers of a segment run through the whole map: what they are where each line begins. */
function sourcesAtLineStarts(lines) {
    const starts = [];
    const state = { source: 0, line: 0 };
    for (const line of lines) {
        starts.push({ ...state });
        if (line === "") continue;
        for (const segment of line.split(",")) advance(state, decode(segment));
    }
    return starts;
}

function locate(lines, starts, line, column) {
    if (line < 0 || line >= lines.length || lines[line] === "") return null;
    const state = { ...starts[line] };
    let at = 0;
    let found = null;
    for (const segment of lines[line].split(",")) {
        const numbers = decode(segment);
        at += numbers[0];
        if (at > column && found !== null) break;
        advance(state, numbers);
        if (numbers.length >= 4) found = { source: state.source, line: state.line };
    }
    return found;
}

function advance(state, numbers) {
    if (numbers.length < 4) return;
    state.source += numbers[1];
    state.line += numbers[2];
}

/** Base64 VLQ. @param {string} segment */
function decode(segment) {
    const numbers = [];
    let value = 0;
    let shift = 0;
    for (const letter of segment) {
        const digit = DIGITS.indexOf(letter);
        value |= (digit & 31) << shift;
        shift += 5;
        if (digit & 32) continue;
        numbers.push(value & 1 ? -(value >> 1) : value >> 1);
        value = 0;
        shift = 0;
    }
    return numbers;
}
