// There is no clock and no chance in an adapter. In the sandbox reading one would be a bare trap; here it is an error with a line.
//
// Invariant: the same query and the same replies give the same answer.

import { Misuse } from "./problem.js";

const refuse = (what, instead) => () => {
    throw new Misuse(`${what}: the same query and replies must give the same answer; ${instead}`);
};

/** Takes clock and chance away, and gives back a function that restores them. */
export function still() {
    const {
        Date: RealDate,
        Math: { random },
    } = globalThis;
    const noClock = refuse("an adapter has no clock", "use ask.now, the moment of the lookup");
    globalThis.Date = new Proxy(RealDate, {
        construct: (target, given, itself) => (given.length === 0 ? noClock() : Reflect.construct(target, given, itself)),
        apply: noClock,
        get: (target, name) => (name === "now" ? noClock : Reflect.get(target, name)),
    });
    Math.random = refuse("an adapter has no random numbers", "derive what you need from the reply");
    return () => {
        globalThis.Date = RealDate;
        Math.random = random;
    };
}
