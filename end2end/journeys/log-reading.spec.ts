// What else is made of the log: the patient's extract, and statistics.
//
// Not here: what they say exactly, and who is refused (`tests/it/portal/extract`, `statistics`).
import { type Page } from "@playwright/test";
import { person, spoken } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

const fits = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);

test("a reviewer makes an extract for a patient, to print", { tag: "@everywhere" }, async ({ page, portal }) => {
  const { personal_number } = person("nothing");
  await portal.begin("nurse", "nothing", "own");
  await page.getByRole("button", { name: "Logga ut" }).click();
  await page.goto("/login?login_hint=reviewer");
  await page.getByRole("link", { name: "Loggutdrag till patienten" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Loggutdrag till patienten" })).toBeVisible();
  await expectAccessible(portal);
  await fits(page);
  await page.getByRole("textbox", { name: "Personnummer" }).fill("19380227-8486");
  await page.getByRole("button", { name: "Ta fram utdraget" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Personnummer" })).toHaveValue("19380227-8486");
  await expectAccessible(portal);
  await page.getByRole("textbox", { name: "Personnummer" }).fill(personal_number);
  await page.getByRole("button", { name: "Ta fram utdraget" }).click();
  await expect(page.getByRole("main")).toContainText(spoken(personal_number));
  await expect(page.getByRole("main")).toContainText("Karin Dahl, leg. sjuksköterska");
  await expect(page).toHaveTitle("Loggutdrag – Samsyn");
  expect(page.url()).not.toContain(personal_number);
  await expectAccessible(portal);
  await fits(page);
});

test("statistics are counted for a period, each bar beside its number", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=reviewer");
  await page.getByRole("link", { name: "Statistik" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Statistik" })).toBeVisible();
  await expectAccessible(portal);
  await page.getByRole("button", { name: "Räkna" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Användning" })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Öppningar och utskrifter/ })).toBeVisible();
  await expectAccessible(portal);
  await fits(page);
});
