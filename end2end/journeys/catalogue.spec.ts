// The catalogue of adapters: a good package, an older one that asks for more, a tampered one, and what is told of each.
//
// What is uploaded is uploaded to a demo of its own, which tries packages in a process of their own as any portal does.
import { expect, test } from "../portal/portal.ts";
import { expectAccessible } from "../portal/accessibility.ts";
import { NEWER, OLDER, SEVERAL, Vendor } from "../portal/packages.ts";

test("the page is accessible, and a refused form keeps what was typed", { tag: "@everywhere" }, async ({ page, portal }) => {
  await page.goto("/login?login_hint=admin-region");
  await page.goto("/admin");
  await page.getByRole("link", { name: "Adapterkatalog" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Adapterkatalog för Region Fjäll" })).toBeVisible();
  await expectAccessible(portal);
  await page.getByRole("textbox", { name: "Leverantör" }).fill("Leverantören AB");
  await page.getByRole("textbox", { name: "Publik nyckel" }).fill("ingen nyckel");
  await page.getByRole("button", { name: "Lägg till" }).click();
  await expect(page.getByRole("alert")).toContainText("Det är ingen publik nyckel");
  await expect(page.getByRole("textbox", { name: "Leverantör" })).toHaveValue("Leverantören AB");
  await expectAccessible(portal);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test.describe("in a demo of its own, script off", () => {
  test.use({ demo: "changed", javaScriptEnabled: false });

  test("packages are tried, compared with what is in use, and refused in words", async ({ page, portal }) => {
    test.setTimeout(120_000);
    const vendor = new Vendor();
    const upload = async (file: string) => {
      await page.goto("/admin/catalogue");
      await page.getByLabel(/^Paket/).setInputFiles(file);
      await page.getByRole("button", { name: "Ladda upp och kontrollera" }).click();
      await expect(page.getByRole("status")).toContainText(/Godkänt|Underkänt/, { timeout: 60_000 });
    };
    await page.goto("/login?login_hint=admin-region");
    await page.goto("/admin/catalogue");
    await page.getByRole("textbox", { name: "Leverantör" }).fill("Leverantören AB");
    await page.getByRole("textbox", { name: "Publik nyckel" }).fill(vendor.publicKey);
    await page.getByRole("button", { name: "Lägg till" }).click();
    await expect(page.getByRole("status")).toContainText("Ändrat");

    const good = vendor.pack("good", [NEWER]);
    await upload(good);
    await expect(page.getByRole("status")).toContainText("Godkänt: 1 provfall");
    const main = page.getByRole("main");
    await expect(main).toContainText("Signerat av Leverantören AB");
    await expect(main).toContainText("Nyare än 1.0.0, som används.");
    await expect(main).toContainText("Region Fjäll (Cosmic)");
    await expectAccessible(portal);

    await upload(vendor.pack("older", [OLDER, SEVERAL]));
    await expect(main).toContainText("Äldre än 1.0.0, som används.");
    await expect(main).toContainText("Begär mer än den som används");
    await expectAccessible(portal);

    await upload(vendor.tamper(good));
    await expect(page.getByRole("status")).toContainText("Underkänt: paketet gick inte att pröva");
    await expect(main).toContainText("not a package");
    await expect(page.getByRole("link", { name: /^Rapporten som fil/ })).toBeVisible();
    await expectAccessible(portal);

    await page.goto("/admin/catalogue");
    await page.getByLabel(/^Paket/).setInputFiles(good);
    await page.getByRole("button", { name: "Ladda upp och kontrollera" }).click();
    await expect(page.getByRole("alert")).toContainText("finns redan i katalogen");
    vendor.remove();
  });
});
