// How far sources have come: switching one off with a reason, what the portal stops by itself, and starting it again.
//
// What is changed is changed in a demo of its own: that test runs in one combination, without script.
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("the pages are accessible, and a refused form keeps what was typed", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin");
  await page.goto("/admin");
  await page.getByRole("link", { name: "Källornas läge" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Källor hos Storsjö kommun" })).toBeVisible();
  await expectAccessible(portal);
  await page.getByRole("link", { name: "Storsjö kommun (Viva HSL)" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Storsjö kommun (Viva HSL)" })).toBeVisible();
  await page.getByRole("radio", { name: /^Stäng av/ }).check();
  await page.getByLabel("Varför? Det sparas i loggen").fill("   ");
  await page.getByRole("button", { name: "Bekräfta" }).click();
  await expect(page.getByRole("alert")).toContainText("Skriv varför");
  await expect(page.getByRole("radio", { name: /^Stäng av/ })).toBeChecked();
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("a source that is switched off says so to whoever opens a patient, until it is started again", async ({ page, browser, baseURL }) => {
    await page.goto("/login?login_hint=admin");
    await page.goto("/admin/sources/viva-storsjo-hsl");
    await page.getByRole("radio", { name: /^Stäng av/ }).check();
    await page.getByLabel("Varför? Det sparas i loggen").fill("Byter server");
    await page.getByRole("button", { name: "Bekräfta" }).click();
    await expect(page.getByRole("status")).toContainText("Ändrat");

    const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
    const nurse = await context.newPage();
    await nurse.goto("/login?login_hint=nurse");
    await nurse.getByRole("textbox", { name: "Personnummer" }).fill(person("everything").personal_number);
    await nurse.getByRole("button", { name: /^Sammanhållen översikt/ }).click();
    const limits = nurse.locator('[data-section="care-limits"]');
    await expect(limits).toContainText("Kunde inte kontrolleras hos Storsjö kommun");
    await expect(nurse.locator('[data-section="services"]')).toContainText("Ej efterfrågat: källan är tillfälligt avstängd");
    await nurse.goto("/sources");
    await expect(nurse.getByRole("main")).toContainText("Avstängd av sin organisation sedan");

    await page.goto("/admin/sources");
    await page.getByRole("link", { name: "Storsjö kommun (Viva HSL)" }).click();
    await expect(page.getByRole("main")).toContainText("Byter server");
    await page.getByRole("radio", { name: /^Starta igen/ }).check();
    await page.getByLabel("Varför? Det sparas i loggen").fill("Klart");
    await page.getByRole("button", { name: "Bekräfta" }).click();
    await expect(page.getByRole("status")).toContainText("Ändrat");
    await nurse.goto("/sources");
    await expect(nurse.getByRole("main")).not.toContainText("Avstängd av sin organisation");
    await context.close();
  });
});
