// What an organisation's staff are shown: an administrator switches a section off and on, and only that organisation's staff notice.
//
// What is changed is changed in a demo of its own, once: that test is not tagged and runs in one combination, without script.
import { type Page } from "@playwright/test";
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

async function administer(page: Page): Promise<void> {
  await page.goto("/login?login_hint=admin");
  await page.getByRole("link", { name: "Administration", exact: true }).click();
  await page.getByRole("link", { name: "Källor som visas", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Källor som visas i Storsjö kommun" })).toBeVisible();
}

test("the choices are accessible, and changes are shown in words before anything is saved", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin");
  await page.goto("/admin");
  await expectAccessible(portal);
  await administer(page);
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  await page.getByRole("button", { name: "Granska ändringarna" }).click();
  await expect(page.getByRole("alert")).toContainText("Dina val är desamma som redan gäller");
  await page.getByRole("group", { name: /^Region Fjäll/ }).first().getByRole("checkbox", { name: "Läkemedel" }).uncheck();
  await page.getByRole("button", { name: "Granska ändringarna" }).click();
  await expect(page.getByRole("main")).toContainText("Aktiveras inte längre: Region Fjäll");
  await expectAccessible(portal);
  await page.getByRole("button", { name: "Ja, spara" }).click();
  await expect(page.getByRole("alert")).toContainText("Skriv ett skäl");
  await expectAccessible(portal);
  await page.getByRole("button", { name: "Tillbaka till valen" }).click();
  await expect(page.getByRole("group", { name: /^Region Fjäll/ }).first().getByRole("checkbox", { name: "Läkemedel" })).not.toBeChecked();
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("a section is switched off for one municipality, says so there, and is restored", async ({ page, browser, baseURL }) => {
    const clinician = async (staff: string): Promise<Page> => {
      const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
      const hers = await context.newPage();
      await hers.goto(`/login?login_hint=${staff}`);
      await hers.getByRole("textbox", { name: "Personnummer" }).fill(person("everything").personal_number);
      await hers.getByRole("button", { name: /^Sammanhållen översikt/ }).click();
      return hers;
    };
    await administer(page);
    await page.getByRole("group", { name: /^Region Fjäll/ }).first().getByRole("checkbox", { name: "Dokument" }).uncheck();
    await page.getByRole("button", { name: "Granska ändringarna" }).click();
    await page.getByRole("textbox", { name: "Skäl" }).fill("Avtalet löper ut");
    await page.getByRole("button", { name: "Ja, spara" }).click();
    await expect(page.getByRole("status")).toContainText("Sparat");

    const notEnabled = "källan är inte aktiverad för din organisation";
    const hers = await clinician("nurse");
    await expect(hers.locator('[data-section="documents"]')).toContainText(notEnabled);
    const nextDoor = await clinician("doctor");
    await expect(nextDoor.locator("main")).not.toContainText(notEnabled);

    await page.getByRole("button", { name: /^Granska och återställ Allt som är anslutet/ }).click();
    await page.getByRole("textbox", { name: "Skäl" }).fill("Avtalet är förlängt");
    await page.getByRole("button", { name: "Ja, spara" }).click();
    await hers.reload();
    await expect(hers.locator('[data-section="documents"]')).not.toContainText(notEnabled);
  });
});
