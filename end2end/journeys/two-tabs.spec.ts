// Two patients in two tabs of one browser: the classic way to treat the wrong one.
import { person } from "../portal/people.ts";
import { expect, onlyWithScript, test } from "../portal/portal.ts";

test("each tab shows its own patient and nothing of the other", { tag: "@everywhere" }, async ({ context, page, portal, baseURL }) => {
  await portal.open("doctor", "everything");
  const other = await context.newPage();
  await other.goto(baseURL ?? "");
  await other.getByRole("textbox", { name: "Personnummer" }).fill(person("conflict").personal_number);
  await other.getByRole("button", { name: "Egen verksamhet" }).click();
  await expect(other.getByRole("heading", { level: 1, name: person("conflict").name })).toBeVisible();
  expect(await other.content()).not.toContain(person("everything").name);

  await page.reload();
  await portal.shows(person("everything").personal_number);
  await portal.complete();
  expect(await page.content()).not.toContain(person("conflict").name);
});

test.describe("with the script", () => {
  onlyWithScript();

  test("the first tab warns when another patient is opened", async ({ context, page, portal, baseURL }) => {
    await portal.open("doctor", "everything", "own");
    await expect(page.locator("#notice-other-patient")).toBeHidden();
    const other = await context.newPage();
    await other.goto(baseURL ?? "");
    await other.getByRole("textbox", { name: "Personnummer" }).fill(person("conflict").personal_number);
    await other.getByRole("button", { name: "Egen verksamhet" }).click();
    await expect(other.getByRole("heading", { level: 1, name: person("conflict").name })).toBeVisible();
    await expect(page.getByRole("alert").filter({ hasText: "En annan patient har öppnats" })).toBeVisible();
    await portal.shows(person("everything").personal_number);
  });

  test("the same patient twice is no reason to warn", async ({ context, page, portal, baseURL }) => {
    await portal.open("doctor", "everything", "own");
    const other = await context.newPage();
    await other.goto(baseURL ?? "");
    await other.getByRole("textbox", { name: "Personnummer" }).fill(person("everything").personal_number);
    await other.getByRole("button", { name: "Egen verksamhet" }).click();
    await expect(other.getByRole("heading", { level: 1, name: person("everything").name })).toBeVisible();
    await expect(page.locator("#notice-other-patient")).toBeHidden();
  });
});
