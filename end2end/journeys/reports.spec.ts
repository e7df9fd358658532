// Reporting an entry to who answers for its source, what both sides see of it, and saying something of the portal.
//
// What is reported stays: those tests run in a demo of their own, without script.
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";

test("the form for an entry says which it is, and refuses in words", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("nurse", "everything");
  await page.locator('[data-section="medications"]').getByRole("button", { name: "Anmäl fel" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Anmäl fel i en uppgift" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Läkemedel");
  await expect(page.getByRole("main")).toContainText("Anmälan ändrar inget i översikten");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
  await page.evaluate(() => document.querySelectorAll("input[required]").forEach(input => input.removeAttribute("required")));
  await page.getByRole("button", { name: "Skicka anmälan" }).click();
  await expect(page.getByRole("alert")).toContainText("Välj vad som är fel");
  await expectAccessible(portal);
  await page.goto("/reports");
  await expectAccessible(portal);
  await page.goto("/feedback");
  await page.getByRole("radio", { name: "Något fungerar inte" }).check();
  await page.getByRole("textbox", { name: "Vad vill du säga?" }).fill("Fel hos 19121212-1212");
  await page.getByRole("button", { name: "Skicka", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("personnummer");
  await expect(page.getByRole("textbox", { name: "Vad vill du säga?" })).toHaveValue("Fel hos 19121212-1212");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("an entry is reported, answered by its source and seen by both sides", async ({ page, portal }) => {
    await portal.open("nurse", "everything");
    await page.locator('[data-section="covid-19"]').getByRole("button", { name: "Anmäl fel" }).first().click();
    await page.getByRole("radio", { name: "Uppgiften gäller inte längre" }).check();
    await page.getByRole("button", { name: "Skicka anmälan" }).click();
    const said = await page.locator(".saved").textContent();
    const reference = /[0-9A-F]{4}-[0-9A-F]{4}/.exec(said ?? "")?.[0] ?? "";
    expect(reference).not.toBe("");
    await expectAccessible(portal);
    await page.getByRole("link", { name: "Dina anmälningar" }).click();
    const own = page.getByRole("listitem").filter({ hasText: reference });
    await expect(own).toContainText("Ingen har sett på den än");
    await page.goto("/feedback");
    await page.getByRole("radio", { name: "Något kunde bli bättre" }).check();
    await page.getByRole("textbox", { name: "Vad vill du säga?" }).fill("Större text");
    await page.getByRole("button", { name: "Skicka", exact: true }).click();
    await expect(page.getByRole("status")).toContainText("Synpunkten är skickad");
    await page.getByRole("button", { name: "Logga ut" }).click();

    for (const who of ["admin", "admin-region"]) {
      await page.goto(`/login?login_hint=${who}`);
      await page.goto("/admin");
      await page.getByRole("link", { name: "Anmälningar och synpunkter", exact: true }).click();
      await expectAccessible(portal);
      const line = page.getByRole("listitem").filter({ hasText: reference });
      if (await line.getByRole("button", { name: "Rättat" }).count() > 0) {
        await line.getByRole("button", { name: "Rättat" }).click();
        await expect(page.getByRole("status")).toContainText("båda verksamheterna ser det");
        await page.getByText("1 avslutade").click();
        await expect(page.getByRole("listitem").filter({ hasText: reference }).first()).toContainText("Rättat");
      }
      if (who === "admin") await expect(page.getByText("Större text")).toBeVisible();
      await page.getByRole("button", { name: "Logga ut" }).click();
    }
    await page.goto("/login?login_hint=nurse");
    await page.goto("/reports");
    await expect(page.getByRole("main")).toContainText("Rättat");
  });
});
