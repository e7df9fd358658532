// Blocks: one of another provider that nobody can attribute, and one of the own provider that is lifted in two steps and ended.
import { people, spoken } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("a block of another provider is told of and belongs to nobody", { tag: "@everywhere" }, async ({ page, portal }) => {
  const twins = people("outer-block");
  expect(twins).toHaveLength(2);
  await portal.signIn("nurse");
  const read: string[] = [];
  for (const { personal_number, name } of twins) {
    await portal.search(personal_number, "shared");
    await portal.shows(personal_number);
    await portal.complete();
    await expect(portal.banner()).toContainText("Spärrade uppgifter finns");
    const text = await page.locator("main").innerText();
    expect(text).not.toContain("smärtbehandling");
    // What stands there of the one stands there of the other, but for the name and the time.
    read.push(text.replaceAll(name, "").replaceAll(spoken(personal_number), "").replace(/\d\d:\d\d:\d\d/g, "").replace(/\s+/g, " "));

    await page.getByRole("link", { name: "Vad kan göras" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Spärrade uppgifter" })).toBeVisible();
    const main = page.getByRole("main");
    await expect(main).toContainText("Ingen enhet hos din vårdgivare har uppgifter som är spärrade för dig.");
    await expect(main).toContainText("Bara patienten eller den vårdgivare som har spärren kan häva den.");
    await expect(main.locator("p").filter({ hasText: /Region Fjäll|Fjällnäs/ })).toHaveCount(0);
    await expect(main.getByRole("button")).toHaveCount(0);
    await expectAccessible(portal);
    // Whom one can have asked is everybody, whoever the patient is; that one has asked is noted.
    await main.getByText("Notera att du har begärt hävning").click();
    read.push((await main.getByRole("radio").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).join(" "));
    await main.getByRole("radio", { name: "Region Fjäll" }).check();
    await main.getByRole("button", { name: "Notera begäran" }).click();
    await expect(main.getByRole("status")).toContainText("Noterat i loggen");
    await page.goto(portal.address);
    await portal.armed();
  }
  expect(read.slice(0, 2)).toEqual(read.slice(2));
});

// A lift is for one reader, so each way of reading has a reader of its own.
for (const [staff, unit, script] of [["doctor", "Medicinkliniken", true], ["ambulance", "Ambulanssjukvården", false]] as const) {
  test.describe(`a block of the own provider, script ${script ? "on" : "off"}`, () => {
    test.use({ javaScriptEnabled: script });

    test("is lifted in two steps, marked, and ended", async ({ page, portal }) => {
      await portal.open(staff, "inner-block", "own");
      const medications = portal.section("medications");
      await expect(medications).not.toContainText("Litiumsulfat");
      await expect(page.locator("main")).not.toContainText("Psykiatriska öppenvården");

      // First step: whose, and nothing of what it is.
      await page.getByRole("link", { name: "Vad kan göras" }).click();
      const main = page.getByRole("main");
      await expect(main).toContainText("Psykiatriska öppenvården");
      await expect(main).not.toContainText(/Litiumsulfat|samtalskontakt/);
      await expect(page.locator("input:checked")).toHaveCount(0);
      await expectAccessible(portal);

      // Second step; without a unit nothing happens, and the ground that was chosen stands.
      const consent = page.getByRole("radio", { name: "Patienten samtycker till att spärren hävs" });
      await consent.check();
      await page.getByRole("button", { name: "Häv spärren" }).click();
      await expect(page.getByRole("alert")).toContainText("Inget har ändrats");
      await expect(consent).toBeChecked();
      await page.getByRole("checkbox", { name: "Psykiatriska öppenvården" }).check();
      await page.getByRole("button", { name: "Häv spärren" }).click();
      await portal.complete();
      await expect(medications).toContainText("Litiumsulfat");
      await expect(medications.locator(".mark-lifted")).toHaveText("ur hävd spärr");
      await expect(page.locator("#blocks")).toContainText("Du läser uppgifter ur en hävd inre spärr");
      await expect(portal.banner()).not.toContainText("Spärrade uppgifter finns");
      await expectAccessible(portal);

      // Ended from where it is listed.
      await page.getByRole("link", { name: "Visa och avsluta" }).click();
      const lift = page.locator('section.registered > ul [data-kind="lift"]', { hasText: unit });
      await expect(lift).toContainText("Spärr hos Psykiatriska öppenvården");
      await lift.getByText("Återkalla", { exact: true }).click();
      await lift.getByRole("button", { name: "Ja, avsluta" }).first().click();
      await expect(lift).toHaveCount(0);
      await page.getByRole("link", { name: "Tillbaka till översikten" }).click();
      await portal.complete();
      await expect(medications).not.toContainText("Litiumsulfat");
      await expect(portal.banner()).toContainText("Spärrade uppgifter finns");
    });
  });
}

test("social care is told of no block and finds no way to lift one", async ({ page, portal }) => {
  await portal.open("officer", "inner-block");
  expect(await page.content()).not.toMatch(/[Ss]pärr|\/blocks/);
});
