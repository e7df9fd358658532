// Going live: what is in place, taking something back, and what that means for whoever opens a patient.
//
// What is changed is changed in a demo of its own: that test runs in one combination, without script.
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("the page says what is in place, and a refused form keeps what was typed", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin");
  await page.goto("/admin");
  await page.getByRole("link", { name: "Deltagande" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Deltagande för Storsjö kommun" })).toBeVisible();
  await expect(page.getByText("Deltar: personalen når andras uppgifter")).toBeVisible();
  await expectAccessible(portal);
  const agreements = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Avtal" }) });
  await agreements.locator("summary").click();
  await agreements.getByLabel("Varför").fill("Uppsagt av 19121212-1212");
  await agreements.getByRole("button", { name: "Det är inte på plats längre" }).click();
  await expect(page.getByRole("alert")).toContainText("inget personnummer");
  await expect(agreements.getByLabel("Varför")).toHaveValue("Uppsagt av 19121212-1212");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test("units are written with dates, and what is wrong stands beside its field", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin");
  await page.goto("/admin");
  await page.getByRole("link", { name: "Enheter", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Enheter hos Storsjö kommun" })).toBeVisible();
  await expectAccessible(portal);
  await page.getByLabel("HSA-id", { exact: true }).fill("NORR");
  await page.getByLabel("Namn").fill("Hemsjukvården norr");
  await page.getByLabel("Från och med").fill("2026-01-01");
  await page.getByLabel("Varför").fill("Ny enhet");
  await page.getByRole("button", { name: "Spara" }).click();
  await expect(page.getByRole("alert")).toContainText("Inget är sparat");
  await expect(page.getByText("Skriv ett HSA-id")).toBeVisible();
  await expect(page.getByLabel("Namn")).toHaveValue("Hemsjukvården norr");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test("who uses the portal, and what gives which role", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=nurse");
  await page.getByRole("button", { name: "Logga ut" }).click();
  await page.goto("/login?login_hint=admin");
  await page.goto("/admin");
  await page.getByRole("link", { name: "Användare" }).click();
  await expect(page.getByRole("heading", { level: 2, name: /^Nya \(/ })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Karin Dahl" }).first()).toContainText("leg. sjuksköterska");
  await expect(page.getByRole("main")).toContainText("samsyn;admin");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("taking something back closes the shared overview, until it is decided anew", async ({ page, portal, browser, baseURL }) => {
    await page.goto("/login?login_hint=admin");
    await page.goto("/admin/go-live");
    const risks = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Riskbedömning" }) });
    await risks.locator("summary").click();
    await risks.getByLabel("Varför").fill("Görs om, dnr 2026/31");
    await risks.getByRole("button", { name: "Det är inte på plats längre" }).click();
    await expect(page.getByRole("status")).toContainText("Sparat");
    await expect(page.getByText("Deltar inte: bara den egna vårdgivarens uppgifter visas")).toBeVisible();
    await expectAccessible(portal);

    const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
    const nurse = await context.newPage();
    await nurse.goto("/login?login_hint=nurse");
    await expect(nurse.getByText("Din organisation deltar inte")).toBeVisible();
    await expect(nurse.getByRole("button", { name: /^Sammanhållen översikt/ })).toHaveCount(0);
    await nurse.getByRole("textbox", { name: "Personnummer" }).fill(person("everything").personal_number);
    await nurse.getByRole("button", { name: "Egen verksamhet" }).click();
    await expect(nurse.locator('[data-section="contacts"]')).not.toContainText("Region Fjäll");

    await risks.getByLabel("Var det finns").fill("Dnr 2026/32");
    await risks.getByRole("button", { name: "Det är på plats" }).click();
    await page.getByLabel("Beslut, och var det finns").fill("Dnr 2026/33");
    await page.getByRole("button", { name: "Börja delta" }).click();
    await expect(page.getByText("Deltar: personalen når andras uppgifter")).toBeVisible();
    await nurse.goto("/");
    await expect(nurse.getByRole("button", { name: /^Sammanhållen översikt/ })).toBeVisible();
    await context.close();
  });
});
