// What a clinician sees of one person, and in what order.
import { person, spoken, staff } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";

test("the overview stands in the order of decisions", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  const order = [
    portal.banner().getByRole("heading", { level: 1, name: person("everything").name }),
    page.locator(".alert-line"),
    portal.section("care-limits"),
    page.locator("#badges"),
    portal.completeness(),
    portal.section("contacts"),
    portal.section("medications"),
  ];
  const tops: number[] = [];
  for (const part of order) {
    await expect(part).toBeVisible();
    tops.push((await part.boundingBox())!.y);
  }
  expect(tops.slice(0, 6)).toEqual(tops.slice(0, 6).toSorted((a, b) => a - b));
  const cards = await page.locator("[data-section]").evaluateAll((all) => all.map((one) => one.dataset["section"]));
  expect(cards).toEqual([
    "care-limits",
    "contacts",
    "medications",
    "plans",
    "functional-status",
    "covid-19",
    "consents",
    "alerts",
    "services",
    "documents",
  ]);
});

test("the banner says who it is, and the line below what must be known first", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  const { name, personal_number } = person("everything");
  await expect(portal.banner().getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(portal.banner()).toContainText(spoken(personal_number));
  await expect(portal.banner()).toContainText("88 år · kvinna");
  await expect(page.locator(".alert-line")).toContainText("Penicillin");
  await expect(page.locator(".alert-line")).toContainText("livshotande");
  await expect(page).toHaveTitle("Översikt – Samsyn");
});

test("a care limit opens with its validity and is the source's own words, whole", { tag: "@everywhere" }, async ({ portal }) => {
  await portal.open("doctor", "everything");
  const position = portal.section("care-limits").getByRole("article").first();
  await expect(position.locator(".validity")).toHaveText(
    /^Läkares ställningstagande, signerat \d{4}-\d\d-\d\d, omprövat \d{4}-\d\d-\d\d/,
  );
  await expect(position.getByRole("heading", { level: 3 })).toHaveText(
    "Ej HLR. Ej intensivvård. Antibiotika, vätska och sjukhusvård vid behov.",
  );
  await expect(position).toContainText("Mest begränsande");
  const details = position.locator("details > summary");
  if (await details.isVisible()) await details.click();
  await expect(position.locator("dl")).toBeVisible();
  for (const words of ["Grund", "Svår hjärtsvikt", "Patientens inställning", "Närståendes inställning", "Rådgjort med"]) {
    await expect(position.locator("dl")).toContainText(words);
  }
});

test("contradicting positions stand side by side and the unsigned one looks like what it is", { tag: "@everywhere" }, async ({ portal }) => {
  await portal.open("doctor", "conflict");
  const limits = portal.section("care-limits");
  await expect(limits).toContainText("Källorna skiljer sig åt: 1 signerat av läkare, 1 osignerat");
  const positions = limits.getByRole("article");
  await expect(positions).toHaveCount(2);
  await expect(positions.nth(0)).toHaveAttribute("data-signed", "true");
  await expect(positions.nth(0).locator(".validity")).toContainText("Läkares ställningstagande, signerat");
  await expect(positions.nth(1)).toHaveAttribute("data-signed", "false");
  await expect(positions.nth(1).locator(".validity")).toContainText("Osignerat · Ej läkares ställningstagande");
  await expect(positions.nth(1)).not.toContainText("Mest begränsande");
});

test("a relative's word and an ended position never read as a physician's decision", async ({ portal }) => {
  await portal.open("nurse", "unsigned-limit");
  const unsigned = portal.section("care-limits").getByRole("article").first();
  await expect(unsigned).toHaveAttribute("data-signed", "false");
  await expect(unsigned.locator(".validity")).toContainText("närståendes uppgift");

  await portal.page.goto("/");
  await portal.armed();
  await portal.search(person("ended-limit").personal_number, "shared");
  await portal.complete();
  const limits = portal.section("care-limits");
  await expect(limits.getByText(/^1 avslutade eller ersatta/)).toBeVisible();
  await expect(limits.locator("article:visible")).toHaveCount(0);
  await expect(limits).toContainText("Saknas dokumenterat ställningstagande: HLR påbörjas");
});

test("badges say in words what they mean", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  await expect(portal.badge("home-nursing")).toHaveText(/^Hemsjukvård pågår/);
  await expect(portal.badge("short-term")).toHaveText(/^Korttid Nyligen: \S+ 2026-11-07$/);
  await expect(page.locator("#badges")).toContainText("Nyligen = sedan 2026-08-21");
  for (const badge of await page.locator('.badge[data-look="ongoing"]').all()) await expect(badge).toContainText("pågår");
});

test("a lit badge leads to the entries behind it", { tag: "@everywhere" }, async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  await portal.badge("home-nursing").click();
  await expect(page).toHaveURL(/#service-home-nursing$/);
  const entry = page.locator("#service-home-nursing");
  await expect(entry).toBeInViewport();
  await expect(entry).toContainText("såromläggning");
  // What stays at the top of the window does not cover it.
  const bar = await page.locator(".person-bar").boundingBox();
  const box = await entry.boundingBox();
  expect(box!.y).toBeGreaterThanOrEqual(bar!.y + bar!.height - 1);
});

test("every entry carries its source and when it was fetched", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  const lines = await page
    .locator("main li.entry:not([data-registered-here]), main article.position")
    .evaluateAll((entries) =>
      entries
        .filter((entry) => !entry.closest(".medicines"))
        .map((entry) => entry.querySelector(".source")?.textContent ?? `nothing under: ${entry.textContent}`),
    );
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(line).toMatch(/^.+ \(.+\) · .*hämtad \d\d:\d\d:\d\d/);
  const lists = await page.locator(".card-medications > .source").allTextContents();
  expect(lists.length).toBeGreaterThan(0);
  for (const line of lines.concat(lists)) expect(line).toContain("hämtad");
  // What is registered in the portal was fetched from nobody, and says who registered it.
  const here = await page.locator("[data-registered-here] .source").allTextContents();
  expect(here.length).toBeGreaterThan(0);
  for (const line of here) expect(line).toMatch(/^registrerat \d{4}-\d\d-\d\d \d\d:\d\d av .+/);
});

test("the choice decides who is asked: own first, everybody after it", async ({ page, portal }) => {
  await portal.open("doctor", "everything", "own");
  await expect(portal.banner()).toContainText("Endast egen verksamhet");
  await expect(page.locator("#badges")).toContainText("Ej efterfrågat hos andra");
  await expect(page.getByText("Storsjö kommun")).toHaveCount(0);
  await expect(portal.completeness()).toContainText("Ej efterfrågat hos andra");
  await expect(page.locator('.badge[data-look="unknown"]')).toHaveCount(0);

  await page.getByRole("link", { name: "Ny sökning" }).click();
  await portal.armed();
  await portal.search(person("everything").personal_number, "shared");
  await portal.complete();
  await expect(page.locator(".source-name", { hasText: "Storsjö kommun" }).first()).toBeVisible();
  await expect(portal.banner()).not.toContainText("Endast egen verksamhet");
});

test("before the choice, others' part reads the same for somebody with everything and somebody with nothing", async ({
  page,
  portal,
}) => {
  const read = async (tag: string) => {
    await portal.open("doctor", tag, "own");
    const others = page.locator(".state-not-asked");
    return { lines: await others.allTextContents(), completeness: await portal.completeness().innerText() };
  };
  const everything = await read("everything");
  const nothing = await read("nothing");
  expect(everything.lines.length).toBeGreaterThan(0);
  expect(nothing).toEqual(everything);
});

test("where nothing is known the page says who was asked, and what to do without a position", async ({ portal }) => {
  await portal.open("doctor", "nothing");
  const limits = portal.section("care-limits");
  await expect(limits).toContainText("Inget ställningstagande om begränsning finns i de källor som svarat");
  await expect(limits).toContainText("Saknas dokumenterat ställningstagande: HLR påbörjas (nationella riktlinjer)");
  await expect(portal.page.locator('.badge[data-look="ongoing"], .badge[data-look="recent"]')).toHaveCount(0);
});

test("a role without the right sees that something is not shown, and what it may see", async ({ page, portal }) => {
  await portal.open("careworker", "everything");
  await expect(portal.section("medications")).toContainText("Visas inte: ingår inte i ditt uppdrag");
  await expect(page.getByText("Furosemid")).toHaveCount(0);
  await expect(portal.section("contacts").getByRole("link").first()).toBeVisible();
  await expect(page.locator(".viewer")).toContainText(staff("careworker").name);
});

test("the edge of three months includes its first day", async ({ page, portal }) => {
  await portal.signIn("nurse");
  const lit: Record<string, number> = {};
  for (const tag of ["edge-89", "edge-90", "edge-93"]) {
    await page.goto("/");
    await portal.armed();
    const { personal_number } = person(tag);
    await portal.search(personal_number, "shared");
    await portal.shows(personal_number);
    await portal.complete();
    lit[tag] = await page.locator('.badge[data-look="recent"]').count();
  }
  // 21 August is three calendar months before 21 November: 92 days.
  expect(lit).toEqual({ "edge-89": 1, "edge-90": 1, "edge-93": 0 });
});

test("the landmarks of the overview are the ones that assistive technology is told of", async ({ page, portal }) => {
  await portal.open("doctor", "conflict");
  await expect(portal.banner()).toMatchAriaSnapshot(`
    - region "Patient":
      - heading "Gunnar Östberg" [level=1]
      - paragraph: 19340318-8398 · 92 år · man
      - list:
        - listitem: Sammanhållen översikt
  `);
  await expect(page.getByRole("region", { name: "Vårdbegränsningar" })).toMatchAriaSnapshot(`
    - region "Vårdbegränsningar":
      - heading "Vårdbegränsningar" [level=2]
      - paragraph: "Källorna skiljer sig åt: 1 signerat av läkare, 1 osignerat"
      - article:
        - paragraph: Läkares ställningstagande, signerat 2026-10-04
        - heading "Ingen HLR. Ingen IVA-vård. Antibiotika och vätska vid behov." [level=3]
        - paragraph: Mest begränsande
      - article:
        - paragraph: "Osignerat · Ej läkares ställningstagande: annan legitimerad personal"
        - heading "Inga begränsningar beslutade vid inflyttning" [level=3]
  `);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - region "Vårdbegränsningar"
      - region "Insatser som lyser":
        - heading "Insatser som lyser" [level=2]
        - list:
          - listitem:
            - link /Särskilt boende pågår sedan .*/
      - region "Fullständighet"
      - region "Kontakter – ring nu"
      - region "Läkemedel"
      - region "Planer"
      - region "ADL-status"
      - region "Vaccination och smitta"
      - region "Samtycke"
      - region "Uppmärksamhetsinformation"
      - region "Insatser"
      - region "Dokument"
  `);
});
