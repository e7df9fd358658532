// "Testa min inloggning": found, read, confirmed; the administrator sees who has.
import { staff } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("somebody tests signing in and confirms that it is right", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.signIn("therapist");
  await page.getByRole("link", { name: "Testa min inloggning" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Testa min inloggning" })).toBeVisible();
  const main = page.getByRole("main");
  await expect(main).toContainText("Rehabenheten Storsjö · Storsjö kommun");
  await expect(main).toContainText(/Öppnar: .*Vårdbegränsningar/);
  await expect(main).not.toContainText("Läkemedel");
  await expect(main).toContainText("SE9999200002-P203");
  await expectAccessible(portal);
  // Nothing widens the page, however long a value is.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  await page.getByRole("button", { name: "Uppgifterna stämmer" }).click();
  await expect(page.getByRole("status")).toContainText("Du bekräftade");
});

test("an administrator finds the page and sees who has confirmed", async ({ page, portal, browser, baseURL }) => {
  const colleague = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  const hers = await colleague.newPage();
  await hers.goto("/login?login_hint=officer");
  await hers.getByRole("link", { name: "Testa min inloggning" }).click();
  await hers.getByRole("button", { name: "Uppgifterna stämmer" }).click();
  await colleague.close();

  await page.goto("/login?login_hint=admin");
  await page.getByRole("link", { name: "Testa min inloggning" }).click();
  const list = page.getByRole("region", { name: "Har bekräftat i din organisation" });
  await expect(list.getByRole("listitem").filter({ hasText: staff("officer").name })).toBeVisible();
  await expectAccessible(portal);
});
