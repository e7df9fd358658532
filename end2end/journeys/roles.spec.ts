// Roles: what staff without licence meet, what an administrator changes for them, and the text a newcomer acknowledges.
//
// What is changed is changed in a demo of its own, once: those tests are not tagged and run in one combination, without script.
import { type Page } from "@playwright/test";
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

/** The administrator's page, from wherever signing in leads. */
async function administer(page: Page): Promise<void> {
  await page.goto("/login?login_hint=admin");
  await page.getByRole("link", { name: "Administration", exact: true }).click();
  await page.getByRole("link", { name: "Roller", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Roller i Storsjö kommun" })).toBeVisible();
}

test("staff without licence see what their work needs, and the rest reads as withheld", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("careworker", "everything");
  await expect(portal.section("services").locator(".entry").first()).toBeVisible();
  await expect(portal.section("contacts").locator(".entry").first()).toBeVisible();
  for (const hidden of ["alerts", "medications", "covid-19", "documents"]) {
    await expect(portal.section(hidden).locator(".state-withheld").first()).toBeVisible();
    await expect(portal.section(hidden).locator(".entry")).toHaveCount(0);
  }
  await expect(page.locator("main")).not.toContainText("Ej HLR");
  await expect(page.locator("main")).not.toContainText("Apixaban");
  await expect(page.getByRole("link", { name: /Nödåtkomst/ })).toHaveCount(0);
  await expectAccessible(portal);
});

test("the table of roles is accessible, says why a cell is locked, and shows changes before anything is saved", { tag: "@everywhere" }, async ({ page, portal }) => {
  await administer(page);
  await expectAccessible(portal);
  // The table scrolls by itself; the page does not.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  await expect(page.getByRole("checkbox", { name: "Administratör: Kontakter" })).toHaveCount(0);
  await expect(page.getByRole("checkbox", { name: "Omsorgspersonal: Nödåtkomst" })).toHaveCount(0);
  await expect(page.getByRole("main")).toContainText("Kräver legitimation");

  await page.getByRole("button", { name: "Granska ändringarna" }).click();
  await expect(page.getByRole("alert")).toContainText("Dina val är desamma som redan gäller");
  await page.getByRole("checkbox", { name: "Sjuksköterska: Dokument" }).uncheck();
  await page.getByRole("button", { name: "Granska ändringarna" }).click();
  await expect(page.getByRole("main")).toContainText("Sjuksköterska får inte längre: Dokument");
  await expectAccessible(portal);
  await page.getByRole("button", { name: "Tillbaka till tabellen" }).click();
  await expect(page.getByRole("checkbox", { name: "Sjuksköterska: Dokument" })).not.toBeChecked();
  await page.goto("/admin/roles");
  await expect(page.getByRole("checkbox", { name: "Sjuksköterska: Dokument" })).toBeChecked();
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("an administrator grants staff without licence medicines, and takes it back", async ({ page, portal, browser, baseURL }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
    const hers = await context.newPage();
    await hers.goto("/login?login_hint=careworker");
    await hers.getByRole("textbox", { name: "Personnummer" }).fill(person("everything").personal_number);
    await hers.getByRole("button", { name: /^Sammanhållen översikt/ }).click();
    const medicines = hers.locator('[data-section="medications"]');
    await expect(medicines.locator(".entry")).toHaveCount(0);

    await administer(page);
    await page.getByRole("checkbox", { name: "Omsorgspersonal: Läkemedel" }).check();
    await page.getByRole("button", { name: "Granska ändringarna" }).click();
    await expect(page.getByRole("main")).toContainText("Omsorgspersonal får: Läkemedel");
    await page.getByRole("button", { name: "Ja, spara" }).click();
    await expect(page.getByRole("status")).toContainText("Sparat");
    await expectAccessible(portal);

    await hers.reload();
    await expect(medicines.locator(".entry").first()).toBeVisible();

    await page.getByRole("button", { name: "Granska och återställ version 0" }).click();
    await expect(page.getByRole("main")).toContainText("Omsorgspersonal får inte längre: Läkemedel");
    await page.getByRole("button", { name: "Ja, spara" }).click();
    await hers.reload();
    await expect(medicines.locator(".state-withheld").first()).toBeVisible();
    await expect(medicines.locator(".entry")).toHaveCount(0);
    await context.close();
  });

  test("a newcomer acknowledges the text on confidentiality before the first patient", async ({ page, portal }) => {
    await page.goto("/login?login_hint=newcomer");
    await expect(page.getByRole("heading", { level: 1, name: "Tystnadsplikt" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("Din åtkomst loggas och granskas.");
    await expectAccessible(portal);
    await page.goto("/");
    await expect(page.getByRole("heading", { level: 1, name: "Tystnadsplikt" })).toBeVisible();
    await page.getByRole("button", { name: "Jag har läst och förstått" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Öppna en patient" })).toBeVisible();
    await portal.search(person("everything").personal_number, "own");
    await portal.shows(person("everything").personal_number);
  });
});
