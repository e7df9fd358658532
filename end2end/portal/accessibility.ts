// Every rule of axe, contrast included, on the page as it is.
//
// Where the browser runs without script, script is allowed for the time of the check: the page itself is loaded by then.
// Invariant: no rule is switched off; a rule that does not fit a page is discussed in the test that meets it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Portal } from "./portal.ts";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Fails with what is wrong and where. */
export async function expectAccessible({ page, script }: Portal): Promise<void> {
  const switchboard = await page.context().newCDPSession(page);
  await switchboard.send("Emulation.setScriptExecutionDisabled", { value: false });
  await page.evaluate(source);
  const findings: Finding[] = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: unknown) => Promise<{ violations: Finding[] }> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => ({ html: html.slice(0, 300), failureSummary })),
    }));
  });
  await switchboard.send("Emulation.setScriptExecutionDisabled", { value: !script });
  await switchboard.detach();
  expect(findings, page.url()).toEqual([]);
}
