// Signing in, choosing an assignment and a language, signing out; and what is left on a shared computer afterwards.
import { person, staff } from "../portal/people.ts";
import { expect, onlyWithScript, test } from "../portal/portal.ts";

test("somebody who follows a link with a hint is signed in at once", { tag: "@everywhere" }, async ({ page, portal, isMobile }) => {
  await portal.signIn("doctor");
  await expect(page).toHaveURL("/");
  const viewer = page.locator(".viewer");
  await expect(viewer).toContainText(staff("doctor").name);
  if (!isMobile) await expect(viewer).toContainText("Region Fjäll");
});

test("somebody who starts at the front page chooses themselves at the identity provider", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Logga in" }).click();
  await expect(page.getByRole("heading", { name: "Logga in" })).toBeVisible();
  await page.getByRole("button", { name: staff("nurse").name }).click();
  await expect(page).toHaveURL("/");
  await expect(page.locator(".viewer")).toContainText(staff("nurse").name);
});

test("an administrator without care purpose opens nobody", async ({ page }) => {
  await page.goto("/login?login_hint=admin");
  await expect(page.getByRole("heading", { level: 1, name: "Uppdraget gäller inte vård" })).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
});

test("somebody with two assignments changes between them", async ({ page, portal }) => {
  await portal.signIn("two-hats");
  await page.goto("/assignment");
  const choices = page.getByRole("main").getByRole("button");
  await expect(choices).toHaveCount(2);
  await choices.filter({ hasText: "Hemtjänsten Solgläntan" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.locator(".viewer-unit")).toContainText("Hemtjänsten Solgläntan");
});

test("the language is chosen on the page and stays", async ({ page, portal }) => {
  await portal.signIn("doctor");
  await expect(page.locator("html")).toHaveAttribute("lang", "sv");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Öppna en patient");
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("button", { name: "Svenska" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "sv");
});

test("an English overview keeps the Swedish term beside its titles", async ({ page, portal }) => {
  await portal.signIn("doctor");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("textbox").fill(person("everything").personal_number);
  await page.locator('button[name="scope"][value="own"]').click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  const title = portal.section("care-limits").getByRole("heading", { level: 2 });
  await expect(title.locator('[lang="sv"]')).toHaveText("Vårdbegränsningar");
});

test("after signing out, the back button shows nothing about anybody", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  const overview = page.url();
  await page.getByRole("button", { name: "Logga ut" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
  await portal.saysNothingAboutAnybody("everything");

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Inloggningen har gått ut" })).toBeVisible();
  await portal.saysNothingAboutAnybody("everything");

  await page.goto(overview);
  await expect(page.getByRole("heading", { level: 1, name: "Inloggningen har gått ut" })).toBeVisible();
  await portal.saysNothingAboutAnybody("everything");
});

test.describe("with the script", () => {
  onlyWithScript();

  test("a page left open loses its content when the session has ended elsewhere", async ({ context, page, portal }) => {
    await portal.open("doctor", "everything");
    const elsewhere = await context.newPage();
    await elsewhere.goto("/");
    await elsewhere.getByRole("button", { name: "Logga ut" }).click();
    await expect(elsewhere.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
    // The page asks whether its session lives when the connection returns; every 30 seconds otherwise.
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.getByRole("heading", { level: 1, name: "Du är inte längre inloggad" })).toBeVisible();
    await expect(page.locator("[data-section]")).toHaveCount(0);
    await expect(page.getByText(person("everything").name)).toHaveCount(0);
  });
});
