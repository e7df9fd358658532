// What was shown, shown again.
//
// Not here: who may see which, and what is kept back (`tests/it/portal/snapshots`).
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("what was shown is shown again, marked as a replay", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.begin("doctor", "everything", "shared");
  await expect(page.getByRole("heading", { level: 2, name: "Vårdbegränsningar" })).toBeVisible();
  // The outcome is written after the reader has the page.
  await expect(async () => {
    await page.goto(page.url().replace(/\/shown$/, "") + "/shown");
    await expect(page.locator(".snapshots a").first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tidigare visningar av den här patienten");
  await expectAccessible(portal);
  // The demo's clock stands still, so which of several comes first is chance; a print has fewer cards.
  await page.locator(".snapshots li").filter({ hasText: "på skärmen" }).getByRole("link").first().click();
  const mark = page.getByRole("status").filter({ hasText: "Återgivning: så här såg det ut" });
  await expect(mark).toBeVisible();
  // That it is what was shown is compared in `tests/it/portal/snapshots`: here the clock stands still, and others have opened the patient too.
  await expect(page.locator("#care-limits")).toBeVisible();
  await expect(page.locator("main form, .person-bar form")).toHaveCount(0);
  await expect(page).toHaveTitle("Återgivning – Samsyn");
  await expectAccessible(portal);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect(mark).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByRole("link", { name: "Till den aktuella översikten" }).click();
  await expect(page.getByRole("link", { name: "Tidigare visningar" })).toBeVisible();
  await expect(page.getByText("Återgivning:")).toHaveCount(0);
});
