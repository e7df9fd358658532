// Finding the right person: spellings, mistakes, unknown numbers, addresses that are somebody else's.
import { person, spoken } from "../portal/people.ts";
import { expect, test } from "../portal/portal.ts";

for (const [what, typed, says] of [
  ["too short a number", "380227", "Numret ska ha 10 eller 12 tecken."],
  ["letters", "19380227-84!5", "Numret innehåller tecken som inte hör dit"],
  ["a date that does not exist", "19381327-8485", "Datumet i numret finns inte"],
] as const) {
  test(`${what} is refused kindly and can be corrected`, async ({ page, portal }) => {
    await portal.signIn("doctor");
    await portal.search(typed, "shared");
    const error = page.getByRole("alert");
    await expect(error).toContainText(says);
    await expect(error).toContainText("Ingen patient har öppnats");
    const field = page.getByRole("textbox", { name: "Personnummer" });
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(new RegExp(says));
    await expect(page).toHaveURL("/overview");
  });
}

test("a number with a wrong check digit is refused, and a right one typed next is not kept in the page", async ({
  page,
  portal,
}) => {
  const { personal_number } = person("everything");
  const last = Number(personal_number.at(-1));
  await portal.signIn("doctor");
  const mistyped = personal_number.slice(0, -1) + String((last + 1) % 10);
  await portal.search(mistyped, "own");
  await expect(page.getByRole("alert")).toContainText("Kontrollsiffran stämmer inte");
  await expect(page.getByRole("textbox", { name: "Personnummer" })).toHaveValue(mistyped);
  await portal.search(personal_number, "own");
  await portal.shows(personal_number);
  await page.getByRole("link", { name: "Ny sökning" }).click();
  await expect(page.getByRole("textbox", { name: "Personnummer" })).toHaveValue("");
});

test("ten digits, spaces and a hyphen lead to the same person", async ({ page, portal }) => {
  const { personal_number } = person("everything");
  await portal.signIn("doctor");
  for (const typed of [`${personal_number.slice(2, 8)}-${personal_number.slice(8)}`, ` ${spoken(personal_number)} `]) {
    await page.goto("/");
    await portal.armed();
    await portal.search(typed, "own");
    await portal.shows(personal_number);
  }
});

test("coordination numbers and reserve numbers are found", async ({ page, portal }) => {
  await portal.signIn("doctor");
  for (const tag of ["coordination-number", "reserve-number"]) {
    const { name, personal_number } = person(tag);
    await page.goto("/");
    await portal.armed();
    await portal.search(personal_number, "own");
    await expect(portal.banner().getByRole("heading", { level: 1, name })).toBeVisible();
  }
});

test("a valid number that nobody knows says so, and does not say that information is lacking", async ({
  page,
  portal,
}) => {
  await portal.signIn("doctor");
  // From the tax agency's published test numbers; nobody in the demo has it.
  await portal.search("191212121212", "shared");
  const words = /Patienten hittades inte|Ingen källa som svarat känner numret/;
  await expect(page.getByRole("heading", { level: 1, name: words })).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(0);
  await expect(page.getByText("Källan anger: inga")).toHaveCount(0);
});

test("somebody else's address opens nothing", async ({ browser, baseURL, page, portal }) => {
  await portal.open("doctor", "everything", "own");
  const address = page.url();
  const another = await browser.newContext({ locale: "sv-SE", baseURL: baseURL ?? "" });
  try {
    const stranger = await another.newPage();
    await stranger.goto(address);
    await expect(stranger.getByRole("heading", { level: 1, name: "Inloggningen har gått ut" })).toBeVisible();
    await stranger.goto("/login?login_hint=nurse");
    await expect(stranger.getByRole("heading", { level: 1, name: "Öppna en patient" })).toBeVisible();
    const reply = await stranger.goto(address);
    expect(reply?.status()).toBeGreaterThanOrEqual(400);
    await expect(
      stranger.getByRole("heading", { level: 1, name: "Översikten hör till en annan inloggning" }),
    ).toBeVisible();
    expect(await stranger.content()).not.toContain(person("everything").name);
  } finally {
    await another.close();
  }
});

test("changing assignment closes what the former one opened", async ({ page, portal }) => {
  await portal.open("two-hats", "everything", "own");
  const overview = page.url();
  await page.goto("/assignment");
  await page.getByRole("main").getByRole("button").filter({ hasText: "Hemtjänsten Solgläntan" }).click();
  await expect(page).toHaveURL("/");
  await page.goto(overview);
  await expect(
    page.getByRole("heading", { level: 1, name: "Översikten hör till en annan inloggning" }),
  ).toBeVisible();
  await portal.saysNothingAboutAnybody("everything");
});
