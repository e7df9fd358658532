// The adapter as the component exports it: the contract's two functions around what the author defined.
//
// Not here: building the component (`../build.js`). Invariant: nothing thrown leaves `lookup` but the contract's failure.

import { isAdapter } from "./define.js";
import { lookup } from "./lookup.js";
import { placesOf } from "./places.js";
import { Misuse } from "./problem.js";
import { still } from "./stillness.js";

/** @param {any} adapter the default export of the author's module @param {any} host the contract's interfaces */
export function expose(adapter, host) {
    if (!isAdapter(adapter)) throw new Misuse("the adapter's module has no adapter: export default defineAdapter({ … })");
    still();
    return {
        describe: () => JSON.stringify(adapter.manifest),
        lookup(query) {
            // The map is read only when there is an error: the bundle sets it after everything else.
            const failure = lookup(adapter, query, host, (error) => placesOf(globalThis.__samsynSourceMap)(error));
            if (failure !== null) throw failure;
        },
    };
}
