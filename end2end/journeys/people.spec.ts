// People whose identity or situation is the point.
import { people } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";

test("somebody deceased is called so under the name", async ({ portal }) => {
  await portal.open("doctor", "deceased");
  await expect(portal.banner()).toContainText(/Avliden \d{4}-\d\d-\d\d/);
});

test("an interpreter and how to communicate stand in the banner", async ({ portal }) => {
  await portal.open("doctor", "interpreter");
  await expect(portal.banner()).toContainText("Tolk: somaliska");
  await expect(portal.banner()).toContainText("Boka kvinnlig tolk");
});

test("a child's guardians can be called, and what kills it stands first", async ({ page, portal }) => {
  await portal.open("doctor", "child");
  await expect(portal.banner()).toContainText("12 år");
  await expect(page.locator(".alert-line")).toContainText(/Jordnöt.*livshotande/);
  const contacts = portal.section("contacts");
  for (const name of ["Moa Sandell", "Ali Sandell"]) await expect(contacts).toContainText(name);
  await expect(contacts.getByRole("link", { name: "063-555 88 50" })).toHaveAttribute("href", "tel:0635558850");
});

test("a protected guardian is marked, and the page says whom to ask instead", async ({ page, portal }) => {
  await portal.open("doctor", "protected-guardian");
  const contacts = portal.section("contacts");
  await expect(contacts.getByRole("heading", { name: "Vårdnadshavare 1: Jonas Åkerlund, pappa" })).toBeVisible();
  await expect(contacts.getByRole("heading", { name: "Vårdnadshavare 2", exact: true })).toBeVisible();
  await expect(contacts).toContainText("Skyddade personuppgifter: namn, nummer och adress visas inte.");
  await expect(contacts.getByRole("link", { name: "063-555 88 52" })).toHaveAttribute("href", "tel:0635558852");
  const document = await page.content();
  for (const secret of ["Frida", "Lindahl", "070-555 02 17", "0705550217"]) expect(document).not.toContain(secret);
});

/** What somebody wrote into a note about a protected person. */
const written = ["Björkvägen", "831 41", "070-555"];

for (const { personal_number, name } of people("protected")) {
  test(`nothing on the page of ${name} tells where she or he is`, async ({ page, portal }) => {
    await portal.signIn("nurse");
    await portal.search(personal_number, "shared");
    await expect(portal.banner().getByRole("heading", { level: 1, name })).toBeVisible();
    await portal.complete();
    await expect(portal.banner()).toContainText("Skyddade personuppgifter");
    // The reader's own unit stands in the top bar; everything else is about the patient.
    const document = await page.evaluate(() => {
      const copy = window.document.documentElement.cloneNode(true) as HTMLElement;
      copy.querySelector("header.top")?.remove();
      return copy.outerHTML;
    });
    for (const place of ["Storsjö", "storsjo", "Region Fjäll", "Fjällnäs", "Granliden", "Åsgården", "063-", "tel:", "Hälsocentral", ...written]) {
      expect(document, place).not.toContain(place);
    }
    await expect(page.locator("main")).toContainText("Visas inte: skyddade personuppgifter");
    await expect(portal.section("alerts")).toContainText("Astma av acetylsalicylsyra");
    await expect(portal.section("documents")).toContainText("[skyddad uppgift]");
  });
}

test("of a number that two sources have on two people nothing is left on the page, and it says so", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("doctor", "identity-conflict");
  await expect(portal.banner().getByRole("alert")).toContainText("Källorna är oense om vem numret tillhör. Därför visas inget innehåll.");
  await expect(portal.banner().getByRole("alert")).toContainText("Kontrollera numret med patienten och ring källorna direkt.");
  const source = await page.content();
  for (const secret of ["Norberg", "Sundin", "Birgitta", "lungcancer", "Oxykodon", "insulin"]) expect(source).not.toContain(secret);
});

test("care providers are told that blocked information exists, and nothing says none", async ({ page, portal }) => {
  await portal.open("nurse", "blocked");
  await expect(portal.banner()).toContainText("Spärrade uppgifter finns");
  await expect(portal.section("care-limits").getByRole("heading", { level: 3 })).toHaveText("Ej HLR. Ej respirator.");
  await expect(page.getByText("Riluzol")).toHaveCount(0);
  await expect(page.locator("main")).not.toContainText("Ingen uppgift i denna källa");
  await expect(page.locator('[data-look="none"]')).toHaveCount(0);
});

test("those who may not know of blocks are told nothing", async ({ page, portal }) => {
  await portal.open("officer", "blocked");
  expect(await page.content()).not.toMatch(/[Ss]pärr/);
});

test("at noon the day's nurse answers, at night the night's", async ({ portal }) => {
  await portal.open("nurse", "on-call-night");
  const now = portal.section("contacts").locator(".answers-now");
  await expect(now).toContainText("Svarar nu");
  await expect(now).toContainText("063-555 20 41");
  await expect(now).not.toContainText("063-555 20 44");
});

test.describe("at two in the morning", () => {
  test.use({ demo: "night" });

  test("the night patrol is the number to call and the day's is closed", async ({ portal }) => {
    await portal.open("nurse", "on-call-night");
    const contacts = portal.section("contacts");
    const now = contacts.locator(".answers-now");
    await expect(now).toContainText("Nattpatrullen");
    await expect(now.getByRole("link", { name: "063-555 20 44" })).toBeVisible();
    await expect(now).not.toContainText("063-555 20 41");
    await expect(contacts.locator(".entry").filter({ hasText: "063-555 20 41" })).toContainText("Stängt nu");
  });
});
