// Packages as a vendor hands them over, made with the same program as the portal: the FHIR adapter with one of its cases, signed.
//
// A variant says something else of itself: the same number of bytes, changed in the compiled component.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { binary } from "./start.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CASE = "unknown-person";

export type Change = readonly [said: string, instead: string];

export const OLDER: Change = ['"version": "1.0.0"', '"version": "0.9.0"'];
export const NEWER: Change = ['"version": "1.0.0"', '"version": "1.1.0"'];
export const SEVERAL: Change = ['"multi_provider": false', '"multi_provider": true '];

export class Vendor {
  readonly folder = mkdtempSync(join(tmpdir(), "samsyn-vendor-"));

  constructor() {
    execFileSync(binary(), ["adapter", "key", join(this.folder, "vendor")], { stdio: "ignore" });
  }

  /** What the vendor hands over by another way than the package. */
  get publicKey(): string {
    return readFileSync(join(this.folder, "vendor.pub"), "utf8");
  }

  /** A signed package; gives its file. */
  pack(name: string, changes: readonly Change[]): string {
    const project = join(this.folder, name);
    mkdirSync(join(project, "cases"), { recursive: true });
    cpSync(join(ROOT, "plugins/fhir-r4/cases", CASE), join(project, "cases", CASE), { recursive: true });
    const component = readFileSync(join(ROOT, "target/adapters/fhir-r4.wasm"));
    for (const [said, instead] of changes) {
      const place = component.indexOf(said);
      if (place < 0 || said.length !== instead.length) throw new Error(`the component cannot be made to say ${instead}`);
      component.write(instead, place);
    }
    writeFileSync(join(project, "component.wasm"), component);
    writeFileSync(join(project, "adapter.toml"), 'component = "component.wasm"\n');
    execFileSync(binary(), ["adapter", "pack", project, "--key", join(this.folder, "vendor.key")], { stdio: "ignore" });
    const [file] = readdirSync(project).filter((one) => one.endsWith(".samsyn"));
    if (!file) throw new Error("nothing was packed");
    return join(project, file);
  }

  /** The same file with one byte of its content changed. */
  tamper(file: string): string {
    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    const tampered = join(this.folder, "tampered.samsyn");
    writeFileSync(tampered, bytes);
    return tampered;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
