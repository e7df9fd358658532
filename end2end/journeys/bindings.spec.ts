// A producer is switched in a screen: a package is bound to a source, tested, tried in the shadow, live for one municipality, paused, replaced, rolled
// back, and stopped by the portal when it breaks.
//
// What is changed is changed in a demo of its own: that test runs in one combination, without script.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../portal/accessibility.ts";
import { NEWER, Vendor } from "../portal/packages.ts";
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { KEY, Source } from "../portal/source.ts";

const LABEL = "Storsjö kommun (Provsystemet)";

test("choosing a package is accessible, and says when there is none", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin-region");
  await page.goto("/admin/sources");
  await page.getByRole("link", { name: "Knyt ett paket till en ny källa" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ny källa" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Det finns inget sådant paket.");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

async function decide(page: Page, what: RegExp, why: string) {
  await page.getByRole("radio", { name: what }).check();
  await page.getByLabel("Varför? Det sparas i loggen").fill(why);
  await page.getByRole("button", { name: "Bekräfta" }).click();
  await expect(page.getByRole("status")).toContainText("Ändrat");
}

async function upload(page: Page, file: string): Promise<string> {
  await page.goto("/admin/catalogue");
  await page.getByLabel(/^Paket/).setInputFiles(file);
  await page.getByRole("button", { name: "Ladda upp och kontrollera" }).click();
  await expect(page.getByRole("status")).toContainText("Godkänt", { timeout: 60_000 });
  return new URL(page.url()).pathname.split("/").pop() ?? "";
}

async function open(page: Page, tag: string) {
  await page.goto("/");
  await page.getByRole("textbox", { name: "Personnummer" }).fill(person(tag).personal_number);
  await page.getByRole("button", { name: /^Egen verksamhet/ }).click();
  await expect(page.locator('[data-section="medications"]')).toBeVisible();
}

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("a source is granted, tried, live for one municipality, replaced, rolled back and stopped", async ({ page, portal, browser, baseURL }) => {
    test.setTimeout(180_000);
    const [vendor, source] = [new Vendor(), new Source()];
    const url = await source.start();
    await page.goto("/login?login_hint=admin");
    await page.goto("/admin/catalogue");
    await page.getByRole("textbox", { name: "Leverantör" }).fill("Provleverantören AB");
    await page.getByRole("textbox", { name: "Publik nyckel" }).fill(vendor.publicKey);
    await page.getByRole("button", { name: "Lägg till" }).click();
    const first = await upload(page, vendor.pack("bound", []));

    // What it is granted: refused first, and nothing but the secret is typed again.
    await page.goto(`/admin/bind?package=${first}`);
    await expectAccessible(portal);
    await page.getByLabel("Systemets namn, som det visas").fill("Provsystemet");
    await page.getByLabel("Vårdgivare eller omsorgsgivare som uppgifterna tillhör").selectOption({ index: 1 });
    await page.getByLabel("Adress (inget utanför den nås)").fill("https://10.1.2.3/");
    await page.getByLabel("Sort", { exact: true }).selectOption("static-header");
    await page.getByLabel("Rubrikens namn").fill("X-Key");
    await page.getByLabel("Hemlighet", { exact: true }).fill(KEY);
    await page.getByLabel("Varför? Det sparas i loggen").fill("Nytt avtal");
    await page.getByRole("button", { name: "Spara bindningen" }).click();
    await expect(page.getByRole("alert")).toContainText("Adressen leder till ett privat nät.");
    await expect(page.getByLabel("Hemlighet", { exact: true })).toHaveValue("");
    await expect(page.getByLabel("Rubrikens namn")).toHaveValue("X-Key");
    await expectAccessible(portal);
    await page.getByLabel("Adress (inget utanför den nås)").fill(url);
    await page.getByLabel("Hemlighet", { exact: true }).fill(KEY);
    await page.getByRole("button", { name: "Spara bindningen" }).click();
    await expect(page.getByRole("heading", { level: 1, name: LABEL })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("Utkast");
    expect(await page.content()).not.toContain(KEY);
    const address = new URL(page.url()).pathname;
    await expectAccessible(portal);

    // Live, and enabled by one municipality only.
    await decide(page, /^Ta bindning 1/, "Avtal från i dag");
    await page.goto("/admin/enablement");
    const row = page.getByRole("group", { name: LABEL });
    await row.getByRole("checkbox", { name: "Läkemedel" }).check();
    await page.getByRole("button", { name: /^Granska/ }).click();
    await page.getByRole("textbox", { name: "Skäl" }).fill("Avtal från i dag");
    await page.getByRole("button", { name: "Ja, spara" }).click();
    await expect(page.getByRole("status")).toBeVisible();

    const of = async (staff: string) => {
      const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
      const reader = await context.newPage();
      await reader.goto(`/login?login_hint=${staff}`);
      return reader;
    };
    const nurse = await of("nurse");
    const medications = nurse.locator('[data-section="medications"]');
    await open(nurse, "everything");
    await expect(medications).toContainText("Provsystemet");
    await expect(medications).not.toContainText("Provsystemet): Ej efterfrågat");
    const nextDoor = await of("nurse-fjallnas");
    await nextDoor.goto("/sources");
    const matrix = nextDoor.getByRole("main");
    const card = matrix.locator(".source-card").filter({ hasText: "Provsystemet" });
    await expect(card).toContainText("Inte aktiverad för din organisation");

    // Another version in the shadow, compared, taken into use, rolled back.
    const second = await upload(page, vendor.pack("bound-newer", [NEWER]));
    await page.goto(`/admin/bind?package=${second}&source=${address.split("/").pop()}`);
    await expect(page.getByLabel("Rubrikens namn")).toHaveValue("X-Key");
    await page.getByLabel("Varför? Det sparas i loggen").fill("Ny version");
    await page.getByRole("button", { name: "Spara bindningen" }).click();
    await decide(page, /^Prova bindning 2/, "Jämför en vecka");
    await open(nurse, "everything");
    await expect
      .poll(async () => {
        await page.goto(address);
        return page.getByRole("main").innerText();
      })
      .toContain("Lika svar");
    await expect(page.getByRole("row", { name: /^Läkemedel 1 0 0 0 0 0 0/ })).toBeVisible();
    await expectAccessible(portal);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
    await decide(page, /^Ta bindning 2/, "Lika i en vecka");
    await page.getByRole("button", { name: "Gå tillbaka till bindning 1" }).click();
    await expect(page.getByRole("status")).toContainText("Ändrat");
    await decide(page, /^Stäng av/, "Byter server");
    await open(nurse, "everything");
    await expect(medications).toContainText("källan är tillfälligt avstängd");
    await decide(page, /^Starta igen/, "Klart");

    // It breaks by itself.
    source.broken = true;
    for (const tag of ["everything", "no-consent", "own-sol"]) await open(nurse, tag);
    await expect
      .poll(async () => {
        await page.goto(address);
        return page.getByRole("main").innerText();
      })
      .toContain("Stoppad av portalen");
    await expectAccessible(portal);
    await open(nurse, "everything");
    await expect(medications).toContainText("källan är stoppad, dess svar gick inte att lita på");
    await decide(page, /^Ta ur bruk/, "Leverantören får börja om");
    await Promise.all([nurse.context().close(), nextDoor.context().close(), source.end()]);
    vendor.remove();
  });
});
