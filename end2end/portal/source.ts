// A small vendor's FHIR server on loopback: one patient's records, from a case of the adapter, until it is told to answer about somebody else.
//
// Not here: the demo's own sources. Invariant: it ends with the test that started it.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CASE = fileURLToPath(new URL("../../plugins/fhir-r4/cases/everything/", import.meta.url));
const ITS_PATIENT = "193802278485";
const SOMEBODY_ELSE = "194107084080";
const NOTHING = JSON.stringify({ resourceType: "Bundle", type: "searchset", total: 0, entry: [] });

/** What is sent with every request; whoever does not send it is refused. */
export const KEY = "hemlig-nyckel-4711";

export class Source {
  /** From now on it answers about somebody else, whomever it is asked about. */
  broken = false;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let body = "";
      request.on("data", (piece) => (body += piece));
      request.on("end", () => {
        response.setHeader("content-type", "application/fhir+json; charset=utf-8");
        response.statusCode = request.headers["x-key"] === KEY ? 200 : 401;
        response.end(response.statusCode === 200 ? this.answer(request.url ?? "", body) : "{}");
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(path: string, body: string): string {
    const kind = /^\/(\w+)\/_search$/.exec(path)?.[1]?.toLowerCase();
    if (!kind) return NOTHING;
    const asked = decodeURIComponent(body);
    if (kind === "patient" && !this.broken && !asked.includes(ITS_PATIENT)) return NOTHING;
    let told: string;
    try {
      told = readFileSync(join(CASE, `${kind}.json`), "utf8");
    } catch {
      return NOTHING;
    }
    return this.broken ? told.replaceAll(ITS_PATIENT, SOMEBODY_ELSE) : told;
  }
}
