// What the browser is told, keeps and sends: policy, cookies, addresses, storage.
import { person, spoken } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";

test("every kind of answer carries a strict policy and is never stored", async ({ page, portal }) => {
  const seen = new Map<string, Record<string, string>>();
  page.on("response", (response) => {
    if (response.url().startsWith(portal.address)) seen.set(new URL(response.url()).pathname, response.headers());
  });
  await portal.open("doctor", "everything");
  await page.locator("#print-menu > summary").click();
  await page.getByRole("button", { name: "Akutblad" }).click();
  await expect(page.locator(".sheet-head")).toBeVisible();
  await page.goto("/ingenting");
  expect([...seen.keys()].filter((path) => path.startsWith("/overview/")).length).toBeGreaterThanOrEqual(2);
  for (const [path, headers] of seen) {
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toMatch(/script-src 'nonce-[\w-]{16,}'/);
    expect(policy, path).not.toContain("unsafe-inline");
    expect(policy, path).not.toContain("unsafe-eval");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["strict-transport-security"], path).toContain("max-age=");
    if (!path.startsWith("/assets/")) expect(headers["cache-control"], path).toBe("no-store");
  }
});

test("nonces are never used twice", async ({ page }) => {
  const nonces = new Set<string>();
  for (let visit = 0; visit < 3; visit += 1) {
    const reply = await page.goto("/");
    nonces.add(/'nonce-([^']+)'/.exec(reply?.headers()["content-security-policy"] ?? "")?.[1] ?? "");
  }
  expect(nonces.size).toBe(3);
  expect(nonces).not.toContain("");
});

test("no page breaks the policy", async ({ page, portal }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (problem) => complaints.push(problem.message));
  await portal.open("doctor", "everything");
  await page.locator("#print-menu > summary").click();
  await page.getByRole("button", { name: "Akutblad" }).click();
  await expect(page.locator(".sheet-head")).toBeVisible();
  expect(complaints).toEqual([]);
});

test("the session's cookie is for this host only, unreadable to scripts, and fresh after signing in", async ({
  context,
  page,
  portal,
}) => {
  const reply = await page.request.get("/login?login_hint=doctor", { maxRedirects: 0 });
  const before = /__Host-samsyn=([^;]+)/.exec(reply.headers()["set-cookie"] ?? "")?.[1];
  expect(before).toBeTruthy();
  await portal.signIn("doctor");
  const cookie = (await context.cookies()).find((one) => one.name === "__Host-samsyn")!;
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  expect(cookie.value).not.toBe(before);
  await page.getByRole("button", { name: "Logga ut" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
  const old = cookie.value;
  const replayed = await page.request.get("/alive", { headers: { cookie: `__Host-samsyn=${old}` } });
  expect(replayed.status()).toBe(401);
});

test("signing out removes the session's cookie from the browser", async ({ context, page, portal }) => {
  await portal.signIn("doctor");
  await page.getByRole("button", { name: "Logga ut" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Du är utloggad" })).toBeVisible();
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("__Host-samsyn");
});

test("no number of a person is in an address, a title or the browser's storage", async ({ context, page, portal }) => {
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url(), request.headers()["referer"] ?? ""));
  await portal.open("doctor", "everything");
  const { personal_number, name } = person("everything");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.title, document.cookie]));
  const cookies = JSON.stringify(await context.cookies());
  for (const secret of [personal_number, spoken(personal_number), personal_number.slice(2), name]) {
    expect(addresses.join(" ")).not.toContain(secret);
    expect(kept).not.toContain(secret);
    expect(cookies).not.toContain(secret);
  }
});

test("a change asked for by another site is refused and changes nothing", async ({ page, portal }) => {
  await portal.signIn("doctor");
  const elsewhere: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: portal.address, "sec-fetch-site": "cross-site" },
  ];
  for (const headers of elsewhere) {
    for (const [path, form] of [
      ["/overview", { patient: person("everything").personal_number, scope: "shared" }],
      ["/logout", {}],
      ["/assignment", { assignment: "x" }],
      ["/language", { language: "en" }],
    ] as const) {
      const reply = await page.request.post(path, { headers, form, maxRedirects: 0 });
      expect(reply.status(), `${path} ${JSON.stringify(headers)}`).toBe(403);
      expect(await reply.text()).not.toContain(person("everything").name);
    }
  }
  expect((await page.request.get("/alive")).status()).toBe(204);
});

test("the portal cannot be framed", async ({ page, baseURL }) => {
  await page.setContent(`<iframe title="x" src="${baseURL}/"></iframe>`);
  await expect(page.frameLocator("iframe").getByRole("link", { name: "Logga in" })).toHaveCount(0);
});

test("the page and the canonical JSON say the same", async ({ page, portal }) => {
  await portal.open("doctor", "conflict");
  const reply = await page.request.get(page.url(), { headers: { accept: "application/json" } });
  expect(reply.headers()["content-type"]).toContain("application/json");
  const overview = await reply.json();
  expect(overview.person.name).toBe(person("conflict").name);
  const shown = await page.locator("[data-badge]").evaluateAll((all) => all.map((one) => `${one.dataset["badge"]} ${one.dataset["look"]}`));
  const said = overview.badges.map((badge: { kind: string; look: string }) => `${badge.kind} ${badge.look}`);
  expect(shown.toSorted()).toEqual(said.toSorted());
  const { asked, answered } = overview.completeness;
  await expect(portal.completeness()).toContainText(asked === answered ? `Alla ${asked} källor` : `${answered} av ${asked}`);
  // Who was asked: those with a state other than "not asked" or "not given by this source" in some section, and the register.
  const touched = new Set<string>();
  for (const section of overview.sections) {
    for (const cell of section.sources) if (!["not-asked", "unsupported"].includes(cell.state)) touched.add(cell.source);
  }
  expect(asked).toBe(touched.size + 1);
});
