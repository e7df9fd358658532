// A patient with protected personal data: who treats the patient is not hindered, and the page says as little as the law wants.
//
// Not here: every word that may not stand anywhere (`tests/it/portal/identity.rs`, `protected_block.rs`).
import { expectAccessible } from "../portal/accessibility.ts";
import { expect, test } from "../portal/portal.ts";

test("ambulance staff who open their own part are offered danger to life", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("ambulance", "protected", "own");
  await expect(portal.banner()).toContainText("Skyddade personuppgifter");
  const strip = page.locator("#access");
  await strip.locator(".emergency-reasons > summary").click();
  // Looked at and not taken: once it has begun, the second step stands there instead for an hour.
  await expect(strip.getByRole("button", { name: "Medvetslös eller inte kontaktbar" })).toBeVisible();
  await expectAccessible(portal);
});

test("a protected person's inner block is told of, without the place, before and while it is lifted", async ({ page, portal }) => {
  const telling = /Psykiatriska|Tallbacken|Viva HSL/;
  await portal.open("doctor", "protected-inner-block", "own");
  await expect(portal.banner()).toContainText("Spärrade uppgifter finns");
  await expect(page.locator("main")).not.toContainText(telling);
  await page.getByRole("link", { name: "Vad kan göras" }).click();
  await expect(page.getByRole("main")).not.toContainText(telling);
  await page.getByRole("checkbox", { name: "Enhet 1 (namnet visas inte)" }).check();
  await page.getByRole("radio", { name: "Patienten samtycker till att spärren hävs" }).check();
  await page.getByRole("button", { name: "Häv spärren" }).click();
  await portal.complete();
  await expect(portal.section("medications")).toContainText("Kvetiapin");
  await expect(page.locator("main")).not.toContainText(telling);
  await page.locator("#blocks").getByRole("link", { name: "Visa och avsluta" }).click();
  const lift = page.locator('[data-kind="lift"]');
  await expect(lift).toHaveCount(1);
  await expect(lift).not.toContainText(telling);
  await lift.getByText("Återkalla", { exact: true }).or(lift.getByText("Avsluta", { exact: true })).first().click();
  await lift.locator("details[open]").getByRole("button", { name: "Ja, avsluta" }).click();
  await expect(lift.locator("details")).toHaveCount(0);
});
