// `samsyn serve` with a configuration file that names a provider: the way an operator connects one.
//
// Room: the configuration, the process. Not here: the provider (`certified.ts`).
// Invariant: nothing is built in for the test; the process and its directory are gone afterwards.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { binary } from "../portal/start.ts";
import { CLIENT_ID, CLIENT_KEY, CLIENT_KEY_ID, CLIENT_SECRET, type Manner } from "./certified.ts";

const READY_WITHIN_MS = 60_000;

/** A port that nobody uses right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Served {
  private constructor(
    readonly address: string,
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(port: number, issuer: string, manner: Manner): Promise<Served> {
    const directory = mkdtempSync(join(tmpdir(), "samsyn-provider-"));
    prepare(directory);
    const address = `http://127.0.0.1:${port}`;
    const file = join(directory, "portal", "samsyn.toml");
    writeFileSync(file, configuration(port, issuer, manner), { mode: 0o600 });
    const child = spawn(binary(), ["serve", "--config", file], { stdio: ["ignore", "pipe", "pipe"] });
    await ready(child);
    return new Served(address, directory, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.on("exit", resolve));
      const timer = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
      this.child.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Keys and directories as `samsyn init` makes them; the configuration it writes is for production and replaced. */
function prepare(directory: string): void {
  const named = {
    dir: join(directory, "portal"),
    organisation: "Storsjö kommun",
    "organisation-id": "storsjo",
    "care-provider": "SE9999200002-HSL",
    administrator: "SE9999200002-P290",
    "public-url": "https://samsyn.example",
    issuer: "https://identity.example",
    "client-id": CLIENT_ID,
  };
  const words = Object.entries(named).flatMap(([name, value]) => [`--${name}`, value]);
  execFileSync(binary(), ["init", ...words], { input: CLIENT_SECRET, stdio: ["pipe", "ignore", "pipe"] });
  writeFileSync(join(directory, "portal", "secrets", "client.pem"), CLIENT_KEY, { mode: 0o600 });
}

function configuration(port: number, issuer: string, { client, mapping, claimsIn }: Manner): string {
  const proof =
    client === "private_key_jwt"
      ? `private_key_file = "secrets/client.pem"\nprivate_key_id = "${CLIENT_KEY_ID}"`
      : `client_secret_file = "secrets/identity-client"`;
  return `[portal]
listen = "127.0.0.1:${port}"
public_url = "http://127.0.0.1:${port}"
environment = "test"

[database]
data_dir = "data"

[identity]
issuer = "${issuer}"
client_id = "${CLIENT_ID}"
${proof}
scopes = ["staff"]
userinfo = ${claimsIn === "userinfo"}

[identity.claims]
mapping = "${mapping}"

[[organisation]]
id = "storsjo"
name = "Storsjö kommun"
providers = [{ id = "SE9999200002-HSL", kind = "care" }]
`;
}

function ready(child: ChildProcess): Promise<void> {
  let log = "";
  child.stderr!.on("data", (piece) => (log = (log + piece).slice(-4000)));
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`samsyn serve: ${why}\n${log}`));
    const timer = setTimeout(() => failed(`not ready within ${READY_WITHIN_MS} ms`), READY_WITHIN_MS);
    child.on("error", (problem) => failed(problem.message));
    child.on("exit", (code) => failed(`ended with ${code}`));
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (!line.startsWith("ready ")) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
