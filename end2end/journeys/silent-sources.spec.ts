// When a source is silent, late, or answers nonsense: the others are there at once, and silence is never "none".
import { person } from "../portal/people.ts";
import { expect, onlyWithScript, onlyWithoutScript, test } from "../portal/portal.ts";

test.describe("a silent record system", () => {
  test.use({ demo: "silent" });

  test("is named wherever it could have said something, with the number to call", { tag: "@everywhere" }, async ({ page, portal }) => {
    await portal.open("doctor", "everything");
    const limits = portal.section("care-limits");
    await expect(limits).toContainText(/Kunde inte kontrolleras hos Storsjö kommun/);
    await expect(limits.getByRole("link", { name: "063-555 20 40" })).toBeVisible();
    await expect(limits).toContainText("Saknas dokumenterat ställningstagande: HLR påbörjas");
    await expect(limits).not.toContainText("Inget ställningstagande om begränsning finns");

    const contacts = portal.section("contacts");
    const silent = contacts.locator('[data-source="viva-storsjo-hsl"]');
    await expect(silent).toHaveAttribute("data-state", "unanswered");
    await expect(contacts.locator(".state-problem").first()).toContainText("Inget svar – uppgifter kan finnas");
    await expect(silent).toContainText("063-555 20 40");

    await expect(portal.badge("home-nursing")).toHaveAttribute("data-look", "unknown");
    await expect(portal.badge("home-nursing")).toContainText(/okänt: Storsjö kommun .* svarar inte/);
    await expect(page.locator('[data-look="none"]')).toHaveCount(0);
    await expect(page.locator(".alert-line")).toContainText("Varningar ej kontrollerade överallt");

    await expect(portal.completeness()).toContainText("Har inte svarat: Storsjö kommun");
    await expect(portal.completeness().getByRole("button", { name: "fråga igen" })).toBeVisible();
  });

  test("is not called late when it never answered", async ({ page, portal }) => {
    await portal.open("doctor", "everything");
    await expect(page.locator('[data-state="unanswered"]')).not.toHaveCount(0);
    await expect(page.locator('[data-state="unanswered"] .mark-late')).toHaveCount(0);
  });

  test("can be asked again from the completeness line", async ({ portal }) => {
    await portal.open("doctor", "everything");
    await portal.completeness().getByRole("button", { name: "fråga igen" }).click();
    await portal.shows(person("everything").personal_number);
    await portal.complete();
    await expect(portal.completeness()).toContainText("Har inte svarat: Storsjö kommun");
  });

  test.describe("with the script", () => {
    onlyWithScript();

    test("leaves the others visible while it is awaited", { tag: "@everywhere" }, async ({ page, portal }) => {
      await portal.begin("doctor", "everything");
      const limits = portal.section("care-limits");
      await expect(limits).toContainText("Ej HLR. Ej intensivvård.");
      await expect(portal.section("contacts")).toContainText("Anders Holm");
      // At this very moment the silent one is still awaited, and said to be.
      const awaited = await limits.locator('[data-state="waiting"]').evaluateAll((all) => all.map((one) => one.textContent));
      expect(awaited.join()).toContain("Storsjö kommun");
      await expect(page.locator("body")).toHaveClass(/live/);
      await portal.complete();
      await expect(limits).toContainText("Kunde inte kontrolleras hos Storsjö kommun");
    });

    test("delays the first entries no more than a page where all answer", async ({ page, portal }) => {
      await portal.signIn("doctor");
      const before = Date.now();
      await portal.search(person("everything").personal_number, "shared");
      await expect(portal.section("care-limits")).toContainText("Ej HLR. Ej intensivvård.");
      const first = Date.now() - before;
      await portal.complete();
      const all = Date.now() - before;
      // The silent one is given five seconds. Absolute times mean nothing on a busy machine; half of that is far off.
      expect(first).toBeLessThan(all / 2);
      await expect(page.locator("#announcer")).toContainText("Uppdaterat");
    });
  });

  test.describe("without script", () => {
    onlyWithoutScript();

    test("lets the page arrive complete, saying so", { tag: "@everywhere" }, async ({ page, portal }) => {
      await portal.signIn("doctor");
      const before = Date.now();
      await portal.search(person("everything").personal_number, "shared");
      await portal.shows(person("everything").personal_number);
      // Five seconds and what a busy machine adds.
      expect(Date.now() - before).toBeLessThan(9_000);
      await expect(page.locator('[data-state="waiting"]')).toHaveCount(0);
      await expect(page.getByRole("button", { name: "fråga igen" })).toBeVisible();
      await expect(page.locator("body")).not.toHaveClass(/live/);
    });
  });
});

test("a source that needs three seconds is waited for", async ({ page, portal }) => {
  await portal.open("nurse", "slow");
  await expect(portal.badge("home-nursing")).toHaveAttribute("data-look", "ongoing");
  await expect(page.locator(".mark-late")).toHaveCount(0);
});

test("a reply cut off in the middle is a problem, not an empty answer", async ({ portal }) => {
  await portal.open("nurse", "malformed");
  const services = portal.section("services");
  await expect(services.locator(".state-problem").first()).toContainText(/Inget svar|Ofullständigt svar/);
  await expect(portal.badge("home-nursing")).toHaveAttribute("data-look", "unknown");
});

test("a reply about somebody else is thrown away, and said", async ({ page, portal }) => {
  await portal.open("nurse", "wrong-patient");
  await expect(page.locator("main")).toContainText("svaret gällde någon annan och har kastats");
  await expect(portal.badge("home-nursing")).toHaveAttribute("data-look", "unknown");
});

test.describe("a source that answers after the page was complete", () => {
  test.use({ demo: "late" });

  test.describe("with the script", () => {
    onlyWithScript();

    test("has its entries put in place with a mark, and announced", async ({ page, portal }) => {
      await portal.begin("doctor", "everything");
      const late = portal.section("contacts").locator(".entry").filter({ hasText: "Nationella tjänster" }).first();
      await expect(late).toContainText("Kom sent", { timeout: 30_000 });
      await portal.complete();
      await expect(portal.completeness()).toContainText(/Alla \d+ källor har svarat/);
      await expect(page.locator("#announcer")).toContainText("Uppdaterat");
    });

    test("leaves open what the reader had opened", async ({ page, portal }) => {
      await portal.begin("doctor", "everything");
      const rows = page.locator("#covid-rows");
      await rows.locator("summary").click();
      await expect(portal.section("covid-19").getByText("Väntar på svar")).toBeVisible();
      await portal.complete();
      await expect(rows).toHaveAttribute("open", "");
    });
  });

  test.describe("without script", () => {
    onlyWithoutScript();

    test("is said not to have answered", async ({ portal }) => {
      await portal.open("doctor", "everything");
      await expect(portal.completeness()).toContainText("Har inte svarat: Nationella tjänster");
    });
  });
});
