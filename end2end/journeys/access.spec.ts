// On what ground others' information is on the page: consent given and taken back, danger to life, one assignment at a time, and a
// consent that was given beforehand.
//
// Not here: what each ground opens, row by row (`tests/`, "Who may see what"). Invariant: each journey registers for somebody nobody
// else here acts as, and ends what it has registered; so they may run at once, and twice.
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "../portal/accessibility.ts";
import { person } from "../portal/people.ts";
import { expect, onlyWithScript, onlyWithoutScript, test, type Portal } from "../portal/portal.ts";

const strip = (page: Page) => page.locator("#access");
const form = (page: Page, button: string) => page.locator("form").filter({ has: page.getByRole("button", { name: button }) });

/** Ends what is registered of a kind, in the two steps that it takes. */
async function withdraw(page: Page, kind: string): Promise<void> {
  const one = page.locator(`[data-kind="${kind}"]`).filter({ has: page.getByText("Återkalla", { exact: true }) }).first();
  await one.getByText("Återkalla", { exact: true }).click();
  await one.locator("details[open]").getByRole("button", { name: "Ja, avsluta" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Samtycke och åtkomst" })).toBeVisible();
}

test.describe("consent", () => {
  onlyWithScript();

  test("the own part, then consent, then the others, and nothing of them once it is taken back", async ({ page, portal }) => {
    await portal.open("doctor", "no-consent");
    await expect(strip(page)).toContainText("Saknas: vårdrelation, samtycke.");
    await expect(portal.section("services")).toContainText("Vårdtillfälle: hjärtsvikt, försämring");
    expect(await page.content()).not.toMatch(/Viva|såromläggning/);

    await strip(page).getByRole("link", { name: "Samtycke och åtkomst" }).click();
    const consent = form(page, "Registrera samtycke");
    for (const choice of ["Är här nu", "Patienten", "Bara för mig", /^Denna kontakt/]) {
      await expect(consent.getByRole("radio", { name: choice })).not.toBeChecked();
      await consent.getByRole("radio", { name: choice }).check();
    }
    await consent.getByRole("button", { name: "Registrera samtycke" }).click();

    await expect(portal.section("services")).toContainText("Hemsjukvård: såromläggning, läkemedelsdelning");
    await expect(portal.section("services")).toContainText("Vårdtillfälle: hjärtsvikt, försämring");
    await portal.complete();
    await expect(strip(page)).toContainText("Grund: samtycke, till");

    await strip(page).getByRole("link", { name: "Samtycke och åtkomst" }).click();
    await withdraw(page, "consent");
    await page.getByRole("link", { name: "Tillbaka till översikten" }).click();
    await expect(strip(page)).toContainText("Saknas: samtycke.");
    await portal.complete();
    expect(await page.content()).not.toMatch(/Viva|såromläggning/);
    await expect(portal.section("services")).toContainText("Vårdtillfälle: hjärtsvikt, försämring");

    await strip(page).getByRole("link", { name: "Samtycke och åtkomst" }).click();
    await withdraw(page, "relation");
    // Somebody else of the region may have an emergency open about the same patient meanwhile, which is listed here too.
    const held = page.locator("section.registered > ul");
    await expect(held.locator('[data-kind="relation"], [data-kind="consent"]')).toHaveCount(0);
  });
});

/** Danger to life from the overview on, with each activation counted. */
async function dangerToLife({ page, portal, staff, own }: { page: Page; portal: Portal; staff: string; own: string }): Promise<void> {
  let activations = 0;
  const activate = async (what: Locator) => {
    activations += 1;
    await what.click();
  };
  await portal.open(staff, "no-consent");
  await expect(strip(page)).toContainText("Saknas: vårdrelation, samtycke.");
  await activate(strip(page).getByText("Nödåtkomst", { exact: true }));
  await activate(page.getByRole("button", { name: "Medvetslös eller inte kontaktbar" }));
  await expect(page.locator(".emergency-who")).toContainText("Storsjö kommun");
  await expect(portal.section("services"), "the own part is there throughout").toContainText(own);
  for (const needed of ["Vårdbegränsningar", "Uppmärksamhetsinformation", "Kontakter – ring nu"]) {
    await expect(strip(page)).toContainText(needed);
    await expect(page.getByRole("checkbox", { name: needed, includeHidden: true })).toBeChecked();
  }
  await activate(page.getByRole("button", { name: "Hämta" }));
  expect(activations).toBeLessThanOrEqual(3);

  await expect(strip(page)).toContainText(/Nödåtkomst till \d\d:\d\d\. Loggas som nödöppning och följs alltid upp\./);
  await portal.complete();
  await expect(portal.section("contacts")).toContainText("Viva");
  const barred = page.locator("#badges p").filter({ hasText: "Får inte hämtas i nödläge" });
  await expect(barred.locator('[data-badge="home-care"]'), "on the badge itself").toHaveText("Hemtjänst");
  await expect(barred.locator('[data-badge="home-nursing"]')).toHaveCount(0);
  await expect(portal.section("services"), "the own part is there throughout").toContainText(own);

  // More is added to what is open.
  await strip(page).getByText("Hämta mer").click();
  await strip(page).getByText("Förvalt:").click();
  await page.getByRole("checkbox", { name: "Läkemedel" }).check();
  await strip(page).getByRole("button", { name: "Hämta" }).click();
  await portal.complete();
  await expect(portal.section("contacts")).toContainText("Viva");

  await strip(page).getByRole("button", { name: "Förläng 60 minuter" }).click();
  await expect(strip(page)).toContainText("Nödåtkomst till");
  await strip(page).getByRole("button", { name: "Avsluta nödåtkomsten" }).click();
  await page.getByRole("link", { name: "Tillbaka till översikten" }).click();
  await expect(strip(page)).toContainText("Saknas: vårdrelation, samtycke.");
  await portal.complete();
  expect(await page.content()).not.toContain("Viva");

  // What it leaves behind: to tell why.
  await page.goto("/");
  const tasks = page.getByRole("region", { name: "Nödåtkomst att följa upp" });
  await expect(tasks).toContainText("Ska skrivas senast");
  await expect(tasks.getByRole("listitem")).toHaveCount(1);
  await tasks.getByRole("link").click();
  await expectAccessible(portal);
  await page.getByRole("textbox", { name: "Varför nödåtkomst behövdes" }).fill("Medvetslös, läkemedel och kontakter behövdes.");
  await page.getByRole("button", { name: "Spara och avsluta uppföljningen" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Öppna en patient" })).toBeVisible();
  await expect(tasks).toHaveCount(0);
}

test.describe("danger to life", () => {
  test.describe("with the script", () => {
    onlyWithScript();

    test("three activations open what is needed, and ending it closes it", async ({ page, portal }) => {
      await dangerToLife({ page, portal, staff: "ambulance", own: "Vårdtillfälle: hjärtsvikt, försämring" });
    });
  });

  test.describe("without script", () => {
    onlyWithoutScript();

    test("three activations open what is needed, and ending it closes it", async ({ page, portal }) => {
      await dangerToLife({ page, portal, staff: "nurse-asgarden", own: "Växelvård på särskilt boende" });
    });
  });
});

test("a nurse who is also a care worker is one of them at a time", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("two-hats", "no-consent");
  await expect(portal.section("services")).toContainText("Hemsjukvård: såromläggning, läkemedelsdelning");
  expect(await page.content(), "her social services are another provider").not.toContain("Ledsagning");
  await expect(strip(page).getByText("Nödåtkomst", { exact: true })).toBeVisible();

  await page.goto("/assignment");
  await page.getByRole("main").getByRole("button").filter({ hasText: "Hemtjänsten Solgläntan" }).click();
  await portal.armed();
  await portal.search(person("no-consent").personal_number, "shared");
  await portal.complete();
  await expect(portal.section("services")).toContainText("Ledsagning");
  expect(await page.content(), "her nursing is another provider").not.toContain("såromläggning");
  await expect(portal.section("care-limits")).not.toContainText("Ej HLR");
  await expect(page.getByText("Nödåtkomst", { exact: true })).toHaveCount(0);
});

test("at 88 in the emergency department, with a consent that home care wrote down for it", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("doctor", "advance-consent");
  await expect(portal.banner()).toContainText("88 år");
  await expect(portal.section("services")).toContainText("Akutmottagningen: fall i hemmet");
  await expect(portal.section("services")).toContainText("Hemtjänst morgon och kväll");
  await expect(portal.section("services")).toContainText("Hemsjukvård: såromläggning");
  await expect(strip(page)).toContainText("Grund: samtycke, tills vidare");

  // It was written down for that unit, and is nobody else's.
  await portal.open("ambulance", "advance-consent");
  await expect(strip(page)).toContainText("Saknas: samtycke.");
  expect(await page.content()).not.toContain("Hemtjänst morgon och kväll");
});

test("what the own source reports of the relation is said, and offered without being chosen", async ({ page, portal }) => {
  await portal.open("nurse", "no-consent");
  await strip(page).getByRole("link", { name: "Samtycke och åtkomst" }).click();
  await expect(page.locator("#proof")).toContainText(/Er källa Storsjö kommun \(Viva HSL\) anger att patienten är inskriven hos er \(Hemsjukvård/);
  const consent = form(page, "Registrera samtycke");
  await expect(consent.getByRole("radio", { name: "Enligt vår källa" })).not.toBeChecked();
  await expectAccessible(portal);
});

test("a measure that has begun says once that it is time to ask for consent, and where", async ({ page, portal }) => {
  await portal.open("officer", "own-sol");
  await expect(page.locator("[data-ask-consent]")).toHaveCount(1);
  await expect(page.locator("[data-ask-consent]")).toContainText("började 2026-11-01, och inget samtycke finns för din enhet.");
  await expectAccessible(portal);
  await page.locator("[data-ask-consent]").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "Samtycke och åtkomst" })).toBeVisible();
});
