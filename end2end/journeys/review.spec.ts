// Reviewing the log: a reviewer makes a selection, judges what was chosen one by one, closes the review and reads the report.
//
// Not here: who is refused, and what each step leaves in the log (`tests/it/portal/review`).
import { type Page } from "@playwright/test";
import { person, spoken } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

/** Signing in leads to the log. */
async function review(page: Page): Promise<void> {
  await page.goto("/login?login_hint=reviewer");
  await expect(page.getByRole("heading", { level: 1, name: "Loggranskning" })).toBeVisible();
}

const fits = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);

test("a reviewer selects, judges one by one, closes, and reads the report", { tag: "@everywhere" }, async ({ page, portal, browser, baseURL, javaScriptEnabled }) => {
  const { personal_number } = person("no-consent");
  const context = await browser.newContext({ javaScriptEnabled: javaScriptEnabled !== false, ...(baseURL ? { baseURL } : {}) });
  const hers = await context.newPage();
  await hers.goto("/login?login_hint=nurse");
  await hers.getByRole("textbox", { name: "Personnummer" }).fill(personal_number);
  await hers.getByRole("button", { name: /^Sammanhållen översikt/ }).click();
  await expect(hers.getByText(spoken(personal_number)).first()).toBeVisible();
  await context.close();

  await review(page);
  await expectAccessible(portal);
  await fits(page);
  await page.getByLabel("Slumpade").fill("0");
  await page.getByLabel("Högst så många efter regel").fill("2");
  for (const box of await page.getByRole("checkbox").all()) await box.uncheck();
  await page.getByRole("button", { name: "Gör urvalet" }).click();
  await expect(page.getByRole("alert")).toContainText("Välj minst en regel");
  await expectAccessible(portal);
  await page.getByRole("checkbox", { name: "Personer att söka särskilt" }).check();
  await page.getByRole("textbox", { name: "Personer att söka särskilt" }).fill(personal_number);
  await page.getByRole("button", { name: "Gör urvalet" }).click();

  await expect(page.getByRole("heading", { level: 2, name: "Valda åtgärder" })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(spoken(personal_number));
  await expectAccessible(portal);
  await fits(page);
  const picks = await page.locator("[data-pick]").count();
  expect(picks).toBeGreaterThan(0);
  await page.getByRole("link", { name: "Nästa obedömda" }).click();
  for (let number = 1; number <= picks; number++) {
    await expect(page.getByRole("heading", { level: 1, name: `Val ${number} av ${picks}` })).toBeVisible();
    await expect(page.getByRole("main")).toContainText(spoken(personal_number));
    await expect(page).toHaveTitle("Val i granskning – Samsyn");
    if (number === 1) {
      await expectAccessible(portal);
      await fits(page);
      await page.getByRole("radio", { name: "Ifrågasätts" }).check();
      await page.getByRole("button", { name: "Spara bedömningen" }).click();
      await expect(page.getByRole("alert")).toContainText("Skriv varför du ifrågasätter");
      await expect(page.getByRole("radio", { name: "Ifrågasätts" })).toBeChecked();
      await page.getByRole("textbox", { name: "Anteckning" }).fill("Ingen vårdrelation hittad");
    } else {
      await page.getByRole("radio", { name: "Befogad" }).check();
    }
    await page.getByRole("button", { name: "Spara bedömningen" }).click();
  }
  await expect(page.getByRole("main")).toContainText(`${picks} av ${picks} bedömda, 1 ifrågasatta`);
  await page.getByRole("textbox", { name: "Resultat" }).fill("Chefen frågar användaren.");
  await expectAccessible(portal);
  await page.getByRole("button", { name: "Avsluta granskningen" }).click();
  await expect(page.getByRole("main")).toContainText("Chefen frågar användaren.");
  await page.getByRole("link", { name: "Rapport att skriva ut" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rapport från loggranskning" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Ingen vårdrelation hittad");
  await expectAccessible(portal);
  await fits(page);
});
