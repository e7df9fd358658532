// Signing in and out with a certified provider on another host name than the portal, by configuration alone.
import { test as base, expect, type Page } from "@playwright/test";
import { Certified, type Manner } from "./certified.ts";
import { Served, freePort } from "./serve.ts";

interface Connected {
  provider: Certified;
  portal: Served;
}

const MANNERS: Manner[] = [
  { client: "private_key_jwt", mapping: "inera", claimsIn: "userinfo" },
  { client: "client_secret_basic", mapping: "generic", claimsIn: "id_token" },
];

for (const manner of MANNERS) {
  const test = base.extend<object, { connected: Connected }>({
    connected: [
      async ({}, use) => {
        const port = await freePort();
        const provider = await Certified.start(manner, `http://127.0.0.1:${port}`);
        const portal = await Served.start(port, provider.issuer, manner);
        await use({ provider, portal });
        await portal.stop();
        await provider.stop();
      },
      { scope: "worker", timeout: 90_000 },
    ],
  });

  test.describe(`${manner.client}, ${manner.mapping} names, claims in ${manner.claimsIn}`, () => {
    test.describe.configure({ mode: "serial" });

    test.beforeEach(({ connected }) => {
      connected.provider.level = "http://id.sambi.se/loa/loa3";
    });

    test("somebody signs in and sees what was stated and how it was read", async ({ page, connected }) => {
      await signIn(page, connected);
      await expect(page.locator(".viewer-name")).toHaveText("Karin Dahl, leg. sjuksköterska");
      await page.goto(`${connected.portal.address}/login/test`);
      await expect(page.getByText(`mappning ${manner.mapping}`)).toBeVisible();
      await expect(page.getByText("Öppnar: Varningar").or(page.getByText(/Öppnar: .*Vårdbegränsningar/))).toBeVisible();
      expect(await page.content()).not.toContain("189001019802");
      await page.getByRole("button", { name: "Uppgifterna stämmer" }).click();
      await expect(page.getByRole("status")).toContainText("Du bekräftade");
    });

    test("a level that is too low is refused, and the next sign-in can be strong enough", async ({ page, connected }) => {
      connected.provider.level = "http://id.sambi.se/loa/loa2";
      await begin(page, connected);
      await expect(page.getByRole("heading", { level: 1, name: "Säkrare inloggning krävs" })).toBeVisible();
      await page.getByRole("link", { name: "Testa min inloggning" }).click();
      await expect(page.getByText("Inloggningen nekades.")).toBeVisible();
      await expect(page.locator('[data-login-test="refused"]')).toContainText("http://id.sambi.se/loa/loa2");
      expect((await page.request.get(`${connected.portal.address}/alive`)).status()).toBe(401);
    });

    test("signing out ends the session at the provider too", async ({ page, connected }) => {
      await signIn(page, connected);
      await page.getByRole("button", { name: "Logga ut" }).click();
      // The provider's own question.
      await page.getByRole("button", { name: /yes, sign me out/i }).click();
      await expect(page).toHaveURL(`${connected.portal.address}/signed-out`);
      expect((await page.request.get(`${connected.portal.address}/alive`)).status()).toBe(401);
      await page.goto(`${connected.portal.address}/login`);
      await expect(page.getByRole("heading", { name: "Who are you?" })).toBeVisible();
    });

    test("a session that ends at the provider ends in the portal", async ({ page, context, connected }) => {
      await signIn(page, connected);
      expect((await page.request.get(`${connected.portal.address}/alive`)).status()).toBe(204);
      connected.provider.notices.length = 0;
      const elsewhere = await context.newPage();
      await elsewhere.goto(`${connected.provider.issuer}/session/end`);
      await elsewhere.getByRole("button", { name: /yes, sign me out/i }).click();
      await expect.poll(() => connected.provider.notices).toEqual(["success"]);
      expect((await page.request.get(`${connected.portal.address}/alive`)).status()).toBe(401);
      await page.reload();
      await expect(page.getByRole("link", { name: "Logga in" })).toBeVisible();
    });

    test("stepping up asks the person anew and returns to the page", async ({ page, connected }) => {
      await signIn(page, connected);
      await page.goto(`${connected.portal.address}/login/step-up?to=/assignment`);
      await page.getByRole("button", { name: "Karin Dahl" }).click();
      await expect(page).toHaveURL(`${connected.portal.address}/assignment`);
    });

    test("somebody else who steps up ends the session of whoever was there", async ({ page, connected }) => {
      await signIn(page, connected);
      connected.provider.notices.length = 0;
      await page.goto(`${connected.portal.address}/login/step-up?to=/assignment`);
      await page.getByRole("button", { name: "Bo Ek" }).click();
      // The provider ends its session with Karin and says so before it sends Bo back; with hers, the attempt has ended.
      await expect(page.locator('[data-error="sign-in-void"]')).toBeVisible();
      expect(connected.provider.notices).toEqual(["success"]);
      expect((await page.request.get(`${connected.portal.address}/alive`)).status()).toBe(401);
      await page.getByRole("link", { name: "Logga in" }).click();
      await expect(page).toHaveURL(`${connected.portal.address}/`);
      await expect(page.locator(".viewer-name")).toContainText("Bo Ek");
    });

    test("a new key of the provider is met without a restart", async ({ page, connected }) => {
      await signIn(page, connected);
      connected.provider.rotateKey();
      await page.context().clearCookies();
      await signIn(page, connected);
      await expect(page.locator(".viewer-name")).toContainText("Karin Dahl");
    });
  });
}

async function begin(page: Page, { portal }: Connected): Promise<void> {
  await page.goto(`${portal.address}/login`);
  await page.getByRole("button", { name: "Karin Dahl" }).click();
}

async function signIn(page: Page, connected: Connected): Promise<void> {
  await begin(page, connected);
  const search = page.getByRole("heading", { level: 1, name: "Öppna en patient" });
  const confidentiality = page.getByRole("heading", { level: 1, name: "Tystnadsplikt" });
  await expect(search.or(confidentiality)).toBeVisible();
  // The first time in this organisation.
  if (await confidentiality.isVisible()) await page.getByRole("button", { name: "Jag har läst och förstått" }).click();
  await expect(search).toBeVisible();
}
