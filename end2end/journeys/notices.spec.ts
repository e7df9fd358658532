// Notices to staff: an administrator plans work on a source, and everybody is told, also on the overview; then it is taken back.
//
// What is changed is changed in a demo of its own: that test runs in one combination, without script.
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("the form and the page are accessible, and a refused form keeps what was typed", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin");
  await page.goto("/admin");
  await page.getByRole("link", { name: "Skriv driftinformation" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Driftinformation från Storsjö kommun" })).toBeVisible();
  await expectAccessible(portal);
  await page.getByRole("radio", { name: /^Driftstörning/ }).check();
  await page.getByRole("radio", { name: /^Alla organisationers personal/ }).check();
  await page.getByLabel("Till", { exact: true }).fill("2099-01-01T12:00");
  await page.getByLabel("Rubrik", { exact: true }).fill("Telefonin är nere");
  await page.getByLabel("Text", { exact: true }).fill("Använd mobiltelefon.");
  await page.getByRole("button", { name: "Publicera" }).click();
  await expect(page.getByRole("alert")).toContainText("Inget har ändrats");
  await expect(page.getByLabel("Rubrik", { exact: true })).toHaveValue("Telefonin är nere");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  await page.goto("/notices");
  await expect(page.getByRole("main")).toContainText("Det betyder inte att alla källor svarar");
  await expect(page.getByRole("main")).toContainText("Servicedesk, Storsjö kommun");
  await expectAccessible(portal);
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("planned work on a source is told to everybody and is a state of its own until it is taken back", async ({ page, browser, baseURL }) => {
    await page.goto("/login?login_hint=admin-region");
    await page.goto("/admin/notices");
    await page.getByRole("radio", { name: /^Planerat underhåll/ }).check();
    await page.getByRole("combobox", { name: "Källa" }).selectOption({ label: "Region Fjäll (Cosmic)" });
    await page.getByRole("radio", { name: /^Alla organisationers personal/ }).check();
    await page.getByLabel("Till", { exact: true }).fill("2026-11-21T18:00");
    await page.getByLabel("Rubrik", { exact: true }).fill("Cosmic uppgraderas");
    await page.getByLabel("Text", { exact: true }).fill("Ring avdelningen vid akuta frågor.");
    await page.getByRole("button", { name: "Publicera" }).click();
    await expect(page.getByRole("status")).toContainText("Publicerat");

    const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
    const nurse = await context.newPage();
    await nurse.goto("/login?login_hint=nurse");
    await expect(nurse.getByRole("complementary", { name: "Driftinformation" })).toContainText("Planerat underhåll: Cosmic uppgraderas");
    await nurse.getByRole("textbox", { name: "Personnummer" }).fill(person("everything").personal_number);
    await nurse.getByRole("button", { name: /^Sammanhållen översikt/ }).click();
    await expect(nurse.getByRole("complementary", { name: "Driftinformation" })).toContainText("Cosmic uppgraderas");
    const limits = nurse.locator('[data-section="care-limits"]');
    await expect(limits).toContainText("Kunde inte kontrolleras hos Region Fjäll");
    await expect(nurse.locator('[data-section="medications"]')).toContainText("Ej efterfrågat: planerat underhåll");

    await page.getByRole("button", { name: "Ta tillbaka nu Cosmic uppgraderas" }).click();
    await expect(page.getByRole("status")).toContainText("Återtaget");
    await nurse.reload();
    await expect(limits).not.toContainText("Kunde inte kontrolleras hos Region Fjäll");
    await nurse.goto("/notices");
    await expect(nurse.getByRole("main")).toContainText("Återtaget 2026-11-21 12:00");
  });
});
