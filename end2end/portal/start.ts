// Starts one demo of each kind before the tests and ends exactly those afterwards.
//
// Room: which demos there are. Not here: what is done with them (`portal.ts`).
// Invariant: every test sees the same frozen date, and no process outlives the run.
// To add a demo: a line in `DEMOS`; tests choose it with `test.use({ demo: "…" })`.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const NOON = "2026-11-21T12:00:00+01:00";

/** Arguments beside the address; every demo keeps its data in a directory of its own. */
export const DEMOS = {
  /** Everything works. */
  plain: ["--clock", NOON],
  /** One record system, used by two municipalities, takes requests and never answers. */
  silent: ["--clock", NOON, "--fault", "viva=hang"],
  /** The national services answer after the page counts as complete. */
  late: ["--clock", NOON, "--fault", "nationella=slow=3200"],
  /** Two at night. */
  night: ["--clock", "2026-11-21T02:00:00+01:00"],
  /** For what changes an organisation for everybody: roles, acknowledgements. Nothing in it can be counted on by two tests. */
  changed: ["--clock", NOON],
} as const satisfies Record<string, readonly string[]>;

export type DemoName = keyof typeof DEMOS;

/** Where the address of a demo is handed to the tests. */
export const addressVariable = (name: DemoName) => `SAMSYN_DEMO_${name.toUpperCase()}`;

export const binary = () =>
  process.env.SAMSYN_BINARY ?? fileURLToPath(new URL("../../target/debug/samsyn", import.meta.url));

const READY_WITHIN_MS = 60_000;

export default async function start(): Promise<() => Promise<void>> {
  const running: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(running.map(ended));
  };
  try {
    const names = Object.keys(DEMOS) as DemoName[];
    await Promise.all(
      names.map(async (name) => {
        process.env[addressVariable(name)] = await launch(DEMOS[name], running);
      }),
    );
  } catch (problem) {
    await stop();
    throw problem;
  }
  return stop;
}

/** Resolves with the address that the demo prints when it can be used. */
function launch(more: readonly string[], running: ChildProcess[]): Promise<string> {
  const child = spawn(binary(), ["demo", "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let log = "";
  child.stderr.on("data", (piece) => (log = (log + piece).slice(-4000)));
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`${binary()} demo ${more.join(" ")}: ${why}\n${log}`));
    const timer = setTimeout(() => failed(`not ready within ${READY_WITHIN_MS} ms`), READY_WITHIN_MS);
    child.on("error", (problem) => failed(problem.message));
    child.on("exit", (code) => failed(`ended with ${code}`));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /^ready (http:\/\/\S+)$/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

/** Asks the process to drain; one that does not is ended after five seconds. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.on("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
