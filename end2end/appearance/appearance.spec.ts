// Readers who change the page: text at 200 %, forced colours. Nothing may be lost, cut off or said by colour alone.
import { person } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

/** Elements whose text is cut off sideways, and whether the page itself scrolls sideways. */
async function cutOff(page: import("@playwright/test").Page): Promise<string[]> {
  return page.evaluate(() => {
    const bad = [...document.querySelectorAll<HTMLElement>("main *, .person-bar *")]
      .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden"))
      .filter((one) => getComputedStyle(one).overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.className}: ${one.textContent?.slice(0, 60)}`);
    const sideways = document.documentElement.scrollWidth - innerWidth;
    return sideways > 0 ? [...bad, `page is ${sideways} px too wide`] : bad;
  });
}

test("signing in and searching", async ({ page, portal }) => {
  await page.goto("/");
  await expectAccessible(portal);
  await portal.signIn("doctor");
  await expectAccessible(portal);
  expect(await cutOff(page)).toEqual([]);
});

for (const tag of ["everything", "conflict", "protected"]) {
  test(`the overview of ${tag}`, async ({ page, portal }) => {
    await portal.open("nurse", tag);
    await expectAccessible(portal);
    expect(await cutOff(page)).toEqual([]);
    await page.setViewportSize({ width: 640, height: 900 });
    expect(await cutOff(page)).toEqual([]);
  });
}

test("the print page", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  await page.locator("#print-menu > summary").click();
  await page.getByRole("button", { name: "Akutblad" }).click();
  await expect(page.locator(".sheet").getByRole("heading", { level: 1, name: person("everything").name })).toBeVisible();
  await expectAccessible(portal);
});

test("badges keep their looks apart without colours", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  const looks = await page.locator("[data-badge]").evaluateAll((all) =>
    Object.fromEntries(
      all.map((one) => [one.dataset["look"], one.tagName === "A" ? one.textContent : one.parentElement?.textContent]),
    ),
  );
  expect(looks["ongoing"]).toContain("pågår");
  expect(looks["recent"]).toContain("Nyligen");
  if (looks["not-asked"] !== undefined) expect(looks["not-asked"]).toContain("Ej efterfrågat");
});

test.describe("where a source is silent", () => {
  test.use({ demo: "silent" });

  test("the overview", async ({ page, portal }) => {
    await portal.open("doctor", "everything");
    await expectAccessible(portal);
    expect(await cutOff(page)).toEqual([]);
    await expect(portal.badge("home-nursing")).toContainText("okänt");
  });
});
