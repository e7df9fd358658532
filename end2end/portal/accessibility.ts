// Every rule of axe, contrast included, on the page as it is.
//
// Where the browser runs without script axe cannot run either: the very document is then opened beside it, in a context with
// script but without the page's own. Invariant: no rule is switched off.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { expect, type Portal } from "./portal.ts";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Fails with what is wrong and where. */
export async function expectAccessible({ page, script }: Portal): Promise<void> {
  const findings = script ? await findingsOn(page) : await findingsBeside(page);
  expect(findings, page.url()).toEqual([]);
}

async function findingsOn(page: Page): Promise<Finding[]> {
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: unknown) => Promise<{ violations: Finding[] }> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => ({ html: html.slice(0, 300), failureSummary })),
    }));
  });
}

async function findingsBeside(page: Page): Promise<Finding[]> {
  const html = (await page.content()).replace(/<script[^>]*><\/script>/g, "");
  const context = await page.context().browser()!.newContext({ javaScriptEnabled: true });
  try {
    const twin = await context.newPage();
    await twin.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
    await twin.goto(page.url());
    return await findingsOn(twin);
  } finally {
    await context.close();
  }
}
