// A screen that nobody is at any more: what stood there about somebody is gone, on the overview, on paper's page and on every page
// beside them.
//
// To add a page about a patient: a line in `PAGES`.
import type { Locator, Page } from "@playwright/test";
import { person, spoken } from "../portal/people.ts";
import { expect, onlyWithScript, test, type Portal } from "../portal/portal.ts";

onlyWithScript();

const BLANKED = "Innehållet är dolt";
const OVER = "Du är inte längre inloggad";

interface About {
  staff: string;
  tag: string;
  /** From the overview to the page. */
  go: (page: Page, portal: Portal) => Promise<unknown>;
  /** What it says about the patient. */
  shown: (page: Page) => Locator;
}

const number = (tag: string) => (page: Page) => page.locator("main").getByText(spoken(person(tag).personal_number));
const penicillin = (page: Page) => page.getByText("Penicillin").first();

/** Every page about somebody. */
const PAGES: Record<string, About> = {
  overview: { staff: "doctor", tag: "everything", go: async () => {}, shown: penicillin },
  "print page": {
    staff: "doctor",
    tag: "everything",
    go: async (page) => {
      await page.locator("#print-menu > summary").click();
      await page.getByRole("button", { name: "Akutblad" }).click();
      await expect(page.locator(".sheet-head")).toBeVisible();
    },
    shown: penicillin,
  },
  "page of consents": {
    staff: "doctor",
    tag: "everything",
    go: (page) => page.getByRole("link", { name: "Samtycke och åtkomst" }).click(),
    shown: number("everything"),
  },
  "page of danger to life": {
    staff: "doctor",
    tag: "everything",
    go: (page) => page.goto(`${page.url()}/emergency`),
    shown: number("everything"),
  },
  "page of blocks": {
    staff: "doctor",
    tag: "inner-block",
    go: (page) => page.getByRole("link", { name: "Vad kan göras" }).click(),
    shown: number("inner-block"),
  },
  // Nobody else here opens an emergency as this nurse, and no task of hers is counted.
  "follow-up": {
    staff: "nurse-fjallnas",
    tag: "no-consent",
    go: async (page, portal) => {
      await page.goto(`${page.url()}/emergency`);
      await page.getByRole("button", { name: "Medvetslös eller inte kontaktbar" }).click();
      await expect(page).toHaveURL(/overview/);
      await page.goto(portal.address);
      await page.getByRole("region", { name: "Nödåtkomst att följa upp" }).getByRole("link").first().click();
    },
    shown: number("no-consent"),
  },
};

/** As long as the page itself says that it waits. */
async function idleMs(page: Page): Promise<number> {
  const seconds = Number(await page.locator("body").getAttribute("data-idle-seconds"));
  expect(seconds).toBeGreaterThan(0);
  return seconds * 1000;
}

async function expectNothing(page: Page, portal: Portal, tag: string, title: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await portal.saysNothingAboutAnybody(tag);
  await expect(page.locator(".sheet, .person-bar, .print-controls, [data-person], main form")).toHaveCount(0);
}

for (const [name, { staff, tag, go, shown }] of Object.entries(PAGES)) {
  test(`the ${name} is blanked after the idle limit, and not before`, async ({ page, portal }) => {
    await page.clock.install();
    await portal.open(staff, tag);
    await go(page, portal);
    await expect(shown(page)).toBeVisible();
    const idle = await idleMs(page);
    await page.clock.fastForward(idle - 60_000);
    await expect(shown(page)).toBeVisible();
    // Somebody is there: the time begins anew.
    await page.keyboard.press("Shift");
    await page.clock.fastForward(idle - 60_000);
    await expect(shown(page)).toBeVisible();
    await page.clock.fastForward(120_000);
    await expectNothing(page, portal, tag, BLANKED);
    // Nor does paper tell anything.
    await page.emulateMedia({ media: "print" });
    const { personal_number } = person(tag);
    expect(await page.locator("body").innerText()).not.toContain(spoken(personal_number));
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("main").getByRole("link").click();
    await expect(page.getByText(spoken(personal_number)).first()).toBeVisible();
  });

  test(`the ${name} is emptied when the session has ended elsewhere`, async ({ context, page, portal }) => {
    await page.clock.install();
    await portal.open(staff, tag);
    await go(page, portal);
    await expect(shown(page)).toBeVisible();
    const other = await context.newPage();
    await other.goto(portal.address);
    await other.getByRole("button", { name: "Logga ut" }).click();
    await expect(other.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
    await page.clock.fastForward(31_000);
    await expectNothing(page, portal, tag, OVER);
    await expect(page.getByRole("main").getByRole("link")).toHaveAttribute("href", "/login");
  });
}

test("a form that was refused is blanked too, and leads back to the page it stands on", async ({ page, portal }) => {
  await page.clock.install();
  await portal.open("doctor", "inner-block");
  await page.getByRole("link", { name: "Vad kan göras" }).click();
  const blocks = page.url();
  await page.getByRole("checkbox", { name: "Psykiatriska öppenvården" }).check();
  // The browser itself would ask for a ground.
  await page.locator("form").filter({ has: page.getByRole("button", { name: "Häv spärren" }) }).evaluate((form) => (form as HTMLFormElement).submit());
  await expect(page.getByRole("alert").filter({ hasText: "Inget har ändrats" })).toBeVisible();
  await page.clock.fastForward((await idleMs(page)) + 10_000);
  await expectNothing(page, portal, "inner-block", BLANKED);
  await page.getByRole("main").getByRole("link").click();
  await expect(page).toHaveURL(blocks);
});
