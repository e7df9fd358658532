// A screen that nobody is at any more: what stood there about somebody is gone, on the overview and on the print page.
import type { Page } from "@playwright/test";
import { expect, onlyWithScript, test, type Portal } from "../portal/portal.ts";

onlyWithScript();

const BLANKED = "Innehållet är dolt";
const OVER = "Du är inte längre inloggad";

/** The two pages about somebody. */
const PAGES = {
  overview: async () => {},
  "print page": async (page: Page) => {
    await page.locator("#print-menu > summary").click();
    await page.getByRole("button", { name: "Akutblad" }).click();
    await expect(page.locator(".sheet-head")).toBeVisible();
  },
};

/** As long as the page itself says that it waits. */
async function idleMs(page: Page): Promise<number> {
  const seconds = Number(await page.locator("body").getAttribute("data-idle-seconds"));
  expect(seconds).toBeGreaterThan(0);
  return seconds * 1000;
}

async function expectNothing(page: Page, portal: Portal, title: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await portal.saysNothingAboutAnybody("everything");
  await expect(page.locator(".sheet, .person-bar, .print-controls, [data-person]")).toHaveCount(0);
}

for (const [name, go] of Object.entries(PAGES)) {
  test(`the ${name} is blanked after the idle limit, and not before`, async ({ page, portal }) => {
    await page.clock.install();
    await portal.open("doctor", "everything");
    await go(page);
    const idle = await idleMs(page);
    await page.clock.fastForward(idle - 60_000);
    await expect(page.getByText("Penicillin").first()).toBeVisible();
    // Somebody is there: the time begins anew.
    await page.keyboard.press("Shift");
    await page.clock.fastForward(idle - 60_000);
    await expect(page.getByText("Penicillin").first()).toBeVisible();
    await page.clock.fastForward(120_000);
    await expectNothing(page, portal, BLANKED);
    // Nor does paper tell anything.
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("body").innerText()).not.toContain("Penicillin");
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("main").getByRole("link").click();
    await expect(portal.banner()).toBeVisible();
  });

  test(`the ${name} is emptied when the session has ended elsewhere`, async ({ context, page, portal }) => {
    await page.clock.install();
    await portal.open("doctor", "everything");
    await go(page);
    const other = await context.newPage();
    await other.goto(portal.address);
    await other.getByRole("button", { name: "Logga ut" }).click();
    await expect(other.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
    await page.clock.fastForward(31_000);
    await expectNothing(page, portal, OVER);
    await expect(page.getByRole("main").getByRole("link")).toHaveAttribute("href", "/login");
  });
}
