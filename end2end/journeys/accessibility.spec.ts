// Every kind of page through axe, in all four combinations of script and width.
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("the pages before a patient is opened are accessible", async ({ page, portal }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Logga in" })).toBeVisible();
  await expectAccessible(page);

  await portal.signIn("doctor");
  await expectAccessible(page);

  await portal.search("19380227-848", "own");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);

  await page.goto("/ingenting");
  await expect(page.getByRole("heading", { name: "Sidan finns inte" })).toBeVisible();
  await expectAccessible(page);

  await page.goto("/signed-out");
  await expectAccessible(page);
});

test("the choice of assignment is accessible", async ({ page, portal }) => {
  await portal.signIn("two-hats");
  await page.goto("/assignment");
  await expect(page.getByRole("heading", { name: "Välj uppdrag" })).toBeVisible();
  await expectAccessible(page);
});

for (const tag of ["everything", "conflict", "nothing", "protected", "blocked"]) {
  test(`the overview of ${tag} is accessible`, async ({ page, portal }) => {
    await portal.open("nurse", tag);
    await expectAccessible(page);
    for (const fold of await page.locator("main details:not([open]) > summary:visible").all()) await fold.click();
    await expectAccessible(page);
  });
}

test("the print pages are accessible", async ({ page, portal }) => {
  for (const preset of ["Akutblad", "Läkemedelslista"]) {
    await portal.open("doctor", "everything");
    await page.locator("#print-menu > summary").click();
    await expectAccessible(page);
    await page.getByRole("button", { name: preset }).click();
    await expect(page.getByText(person("everything").name).first()).toBeVisible();
    await expectAccessible(page);
  }
});

test.describe("where a source is silent", () => {
  test.use({ demo: "silent" });

  test("the overview is accessible", async ({ page, portal }) => {
    await portal.open("doctor", "everything");
    await expect(portal.completeness()).toContainText("Har inte svarat");
    await expectAccessible(page);
  });
});
