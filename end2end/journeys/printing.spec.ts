// Paper goes with the patient: it says whose it is, who printed it, when, and how complete it is.
import { person, spoken, staff } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";

for (const preset of ["Akutblad", "Läkemedelslista"] as const) {
  test(`${preset} is a page of its own that says what it is`, async ({ page, portal }) => {
    await portal.open("doctor", "everything");
    await page.locator("#print-menu > summary").click();
    await page.getByRole("button", { name: preset }).click();
    const { name, personal_number } = person("everything");
    const head = page.locator(".sheet-head");
    await expect(head.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(head).toContainText(preset);
    await expect(head).toContainText(spoken(personal_number));
    await expect(head).toContainText(`Utskrivet 2026-11-21 12:00:00 av ${staff("doctor").name}`);
    await expect(head).toContainText(/källor har svarat/);
    await expect(head).toContainText("Ögonblicksbild – kontrollera på nytt");
    await expect(page.locator(".sheet-foot")).toContainText("Ögonblicksbild – kontrollera på nytt");
    await expect(page.locator(".sheet-foot")).toContainText("Översikten ersätter inte journalen");
    // Repeated by the browser on every sheet.
    await page.emulateMedia({ media: "print" });
    await expect(page.locator(".sheet thead")).toHaveCSS("display", "table-header-group");
    await expect(page.locator(".sheet tfoot")).toHaveCSS("display", "table-footer-group");
    await expect(head).toBeVisible();
    await expect(page.locator(".print-controls")).toBeHidden();
  });
}

test("the emergency sheet holds what an ambulance needs", async ({ page, portal }) => {
  await portal.open("ambulance", "everything");
  await page.locator("#print-menu > summary").click();
  await page.getByRole("button", { name: "Akutblad" }).click();
  const sheet = page.locator(".sheet");
  await expect(sheet).toContainText("Ej HLR. Ej intensivvård. Antibiotika, vätska och sjukhusvård vid behov.");
  await expect(sheet).toContainText("Läkares ställningstagande, signerat");
  for (const words of ["Penicillin", "Hemsjukvård", "063-555 20 41", "ADL-status"]) await expect(sheet).toContainText(words);
});

test("the medication list says that it is no order", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  await page.locator("#print-menu > summary").click();
  await page.getByRole("button", { name: "Läkemedelslista" }).click();
  await expect(page.locator(".not-order")).toHaveText("Ej ordinationshandling");
  await expect(page.locator(".sheet")).toContainText("Furosemid");
});

test("printing the screen gives only the way to print", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("Använd Skriv ut")).toBeVisible();
  await expect(portal.banner()).toBeHidden();
  await expect(page.getByRole("main")).toBeHidden();
  const { name } = person("everything");
  const seen = await page.locator("body").innerText();
  expect(seen).not.toContain(name);
  expect(seen.trim()).toMatch(/^Använd Skriv ut/);
});

test("the address of a print page alone prints nothing", async ({ page, portal }) => {
  await portal.open("doctor", "everything", "own");
  const reply = await page.request.get(`${page.url()}/print/akutblad`);
  expect(reply.status()).toBeGreaterThanOrEqual(400);
  const answer = await reply.text();
  expect(answer).toContain("Ingen patient har öppnats");
  expect(answer).not.toContain(person("everything").name);
});
