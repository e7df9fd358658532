// Several windows of one browser, as on a shared computer: what happens to the sign-in in one of them happens to all, at once.
//
// Not here: the idle limit (`left-alone`), two patients at once (`two-tabs`). Invariant: nothing waits for the page's own question every
// thirty seconds, except where a test says so.
import type { BrowserContext, Page } from "@playwright/test";
import { person, spoken, staff } from "../portal/people.ts";
import { expect, onlyWithScript, test, type Portal } from "../portal/portal.ts";

onlyWithScript();

const OVER = "Du är inte längre inloggad";
const OTHER_PERSON = "Sidan hör till en annan inloggning";
const OTHER_ASSIGNMENT = "Du har bytt uppdrag";
/** Long before the page would have asked by itself. */
const AT_ONCE = { timeout: 10_000 };

async function window(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Logga ut" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
}

/** The words, and nothing of the patient or of who was there. */
async function expectGone(page: Page, title: string | RegExp, reader: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible(AT_ONCE);
  const { name, personal_number } = person("everything");
  const source = await page.content();
  for (const secret of [name, personal_number, spoken(personal_number), staff(reader).name, "data-section"]) {
    expect(source).not.toContain(secret);
  }
}

/** The search page of whoever is signed in. */
async function expectSignedIn(page: Page, reader: string): Promise<void> {
  await expect(page.locator(".viewer")).toContainText(staff(reader).name);
}

async function deaf(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "BroadcastChannel"));
}

test("a second window of the former person is emptied when somebody else signs in", async ({ context, page, portal }) => {
  await portal.open("doctor", "everything");
  const second = await window(context, page.url());
  await expect(second.getByText("Penicillin").first()).toBeVisible();
  await signOut(page);
  await page.goto("/login?login_hint=nurse");
  await expectSignedIn(page, "nurse");
  await expectGone(second, new RegExp(`${OVER}|${OTHER_PERSON}`), "doctor");
});

test("signing in over somebody says that the page belongs to another sign-in", async ({ context, page, portal }) => {
  await portal.open("doctor", "everything");
  const second = await window(context, `${portal.address}/login?login_hint=nurse`);
  await expectSignedIn(second, "nurse");
  await expectGone(page, OTHER_PERSON, "doctor");
  await page.getByRole("main").getByRole("link").click();
  await expectSignedIn(page, "nurse");
});

test("a window that hears nothing of the others asks by itself within half a minute", async ({ context, page, portal }) => {
  await deaf(page);
  await page.clock.install();
  await portal.open("doctor", "everything");
  const second = await window(context, `${portal.address}/login?login_hint=nurse`);
  await expectSignedIn(second, "nurse");
  await expect(page.getByText("Penicillin").first()).toBeVisible();
  await page.clock.fastForward(31_000);
  await expectGone(page, OTHER_PERSON, "doctor");
});

test("a page that was emptied because nobody was there says nothing of its reader either, once somebody else signs in", async ({
  context,
  page,
  portal,
}) => {
  await page.clock.install();
  await portal.open("doctor", "everything");
  await page.clock.fastForward(1000 * Number(await page.locator("body").getAttribute("data-idle-seconds")) + 10_000);
  await expect(page.getByRole("heading", { level: 1, name: "Innehållet är dolt" })).toBeVisible();
  await expectSignedIn(page, "doctor");
  const second = await window(context, `${portal.address}/login?login_hint=nurse`);
  await expectSignedIn(second, "nurse");
  await expectGone(page, OTHER_PERSON, "doctor");
});

test("signing out empties every page of every window at once, forms and print included", async ({ context, page, portal }) => {
  await portal.open("doctor", "everything");
  const overview = page.url();
  const pages = await Promise.all(
    ["", "/access", "/emergency"].map((more) => window(context, `${overview}${more}`)),
  );
  const print = pages[0]!;
  await print.locator("#print-menu > summary").click();
  await print.getByRole("button", { name: "Akutblad" }).click();
  await expect(print.locator(".sheet-head")).toBeVisible();
  const last = await window(context, portal.address);
  await signOut(last);
  for (const one of [page, ...pages]) await expectGone(one, OVER, "doctor");
});

test("choosing another assignment empties what the former one showed, and says why", async ({ context, page, portal }) => {
  await portal.open("two-hats", "everything");
  const second = await window(context, `${portal.address}/assignment`);
  await second.getByRole("main").getByRole("button").filter({ hasText: "Hemtjänsten Solgläntan" }).click();
  await expect(second).toHaveURL(portal.address + "/");
  await expectGone(page, OTHER_ASSIGNMENT, "two-hats");
  await page.getByRole("main").getByRole("link").click();
  await expect(page.locator(".viewer-unit")).toContainText("Hemtjänsten Solgläntan");
});

test("windows of one sign-in and assignment leave each other alone", async ({ context, page, portal }) => {
  await portal.open("doctor", "everything");
  const second = await window(context, page.url());
  await expect(second.getByText("Penicillin").first()).toBeVisible();
  await second.goto(`${portal.address}/login/test`);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByText("Penicillin").first()).toBeVisible();
  await expect(page.locator("#notice-connection")).toBeHidden();
});

test.describe("while a source is silent", () => {
  test.use({ demo: "silent" });

  test("signing out elsewhere empties the page that is still waiting", async ({ context, page, portal }) => {
    await waiting(page, portal);
    const second = await window(context, portal.address);
    await signOut(second);
    await expectGone(page, OVER, "doctor");
  });

  test("a page that nobody tells says that what it waits for will not come", async ({ context, page, portal }) => {
    await deaf(page);
    await page.route("**/alive", (route) => route.abort());
    await waiting(page, portal);
    const second = await window(context, portal.address);
    await signOut(second);
    // The answer breaks off; nothing of the silent source is claimed.
    await expect(page.getByRole("alert").filter({ hasText: "Anslutning bruten" })).toBeVisible();
    await expect(page.locator('main [data-state="waiting"]').first()).toBeVisible();
    await expect(page.locator('main [data-state="unanswered"]')).toHaveCount(0);
  });
});

/** An overview whose last answer is awaited. The page goes on loading, so nothing here waits for its end. */
async function waiting(page: Page, portal: Portal): Promise<void> {
  await portal.begin("doctor", "everything");
  await expect(page.getByText("Penicillin").first()).toBeVisible();
  await expect(page.locator('main [data-state="waiting"]').first()).toBeVisible();
}
