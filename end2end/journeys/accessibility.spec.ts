// Every kind of page through axe, in all four combinations of script and width.
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("the pages before a patient is opened are accessible", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Logga in" })).toBeVisible();
  await expectAccessible(portal);

  await portal.signIn("doctor");
  await expectAccessible(portal);

  await portal.search("19380227-848", "own");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(portal);

  await page.goto("/ingenting");
  await expect(page.getByRole("heading", { name: "Sidan finns inte" })).toBeVisible();
  await expectAccessible(portal);

  await page.goto("/signed-out");
  await expectAccessible(portal);
});

test("the choice of assignment is accessible", async ({ page, portal }) => {
  await portal.signIn("two-hats");
  await page.goto("/assignment");
  await expect(page.getByRole("heading", { name: "Välj uppdrag" })).toBeVisible();
  await expectAccessible(portal);
});

for (const tag of ["everything", "conflict", "nothing", "protected", "blocked"]) {
  test(`the overview of ${tag} is accessible`, { tag: "@everywhere" }, async ({ page, portal }) => {
    await portal.open("nurse", tag);
    await expectAccessible(portal);
    await page.locator("main details").evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute("open", "")));
    await expectAccessible(portal);
  });
}

test("the print pages are accessible", { tag: "@everywhere" }, async ({ page, portal }) => {
  for (const preset of ["Akutblad", "Läkemedelslista"]) {
    await portal.open("doctor", "everything");
    await page.locator("#print-menu > summary").click();
    await expectAccessible(portal);
    await page.getByRole("button", { name: preset }).click();
    await expect(page.getByText(person("everything").name).first()).toBeVisible();
    await expectAccessible(portal);
  }
});

test.describe("where a source is silent", () => {
  test.use({ demo: "silent" });

  test("the overview is accessible", { tag: "@everywhere" }, async ({ portal }) => {
    await portal.open("doctor", "everything");
    await expect(portal.completeness()).toContainText("Har inte svarat");
    await expectAccessible(portal);
  });
});
