// How the sources answer: open to everybody who is signed in, and never a promise about the patient in front of them.
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test.describe("with a silent record system", () => {
  test.use({ demo: "silent" });

  test("a clinician sees which source is silent, since when and whom to call", { tag: "@everywhere" }, async ({ page, portal }) => {
    await portal.open("doctor", "everything");
    await expect(portal.completeness()).toContainText("Har inte svarat: Storsjö kommun");
    await page.goto("/");
    await page.getByRole("link", { name: "Så svarar källorna" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Så svarar källorna" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("ett system som svarar här kan ändå fela för den patient du öppnar");
    const card = (name: RegExp) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2, name }) });
    const silent = card(/^Storsjö kommun \(Viva HSL\)/);
    const line = silent.getByRole("listitem").filter({ hasText: "Vårdbegränsningar" });
    await expect(line).toContainText(/Svarar inte sedan|Lämnas i fred/);
    await expect(silent.getByRole("link", { name: "063-555 20 40" })).toBeVisible();
    await expect(card(/^Region Fjäll/).getByRole("listitem").filter({ hasText: "Läkemedel" })).toContainText("Svarar");
    await expectAccessible(portal);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  });

  test("the table can be taken along as a file", async ({ page }) => {
    await page.goto("/login?login_hint=doctor");
    await page.goto("/sources");
    const file = page.waitForEvent("download");
    await page.getByRole("link", { name: "Tabellen som fil (CSV)" }).click();
    expect((await file).suggestedFilename()).toBe("kallor.csv");
  });
});
