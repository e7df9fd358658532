// What a member of staff does in the portal, in the words of the journeys.
//
// Room: signing in, opening somebody, reading a part. Not here: what must be on a page (the journeys).
// Invariant: parts are found by role and label, or by the stable names `data-section`, `data-badge`, `data-state`.
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { person, spoken } from "./people.ts";
import { addressVariable, type DemoName } from "./start.ts";

export interface DemoOptions {
  /** Which of the running demos; see `start.ts`. */
  demo: DemoName;
}

export type Scope = "own" | "shared";

export class Portal {
  constructor(
    readonly page: Page,
    readonly address: string,
    readonly script: boolean,
  ) {}

  /** Through the identity provider, which is told who it is about. */
  async signIn(staff: string): Promise<void> {
    await this.page.goto(`${this.address}/login?login_hint=${staff}`);
    const choose = this.page.getByRole("heading", { level: 1, name: "Välj uppdrag" });
    const search = this.page.getByRole("heading", { level: 1, name: "Öppna en patient" });
    await expect(choose.or(search)).toBeVisible();
    // Whoever has several assignments is asked which one; the first is the one these tests mean.
    if (await choose.isVisible()) {
      await this.page.getByRole("main").getByRole("button").first().click();
    }
    await expect(search).toBeVisible();
    await this.armed();
  }

  /** Types a number and presses one of the two buttons. */
  async search(typed: string, scope: Scope): Promise<void> {
    await this.page.getByRole("textbox", { name: "Personnummer" }).fill(typed);
    const button = scope === "own" ? "Egen verksamhet" : /^Sammanhållen översikt/;
    await this.page.getByRole("button", { name: button }).click();
  }

  /** Signs in, opens the person with the tag, and waits until nothing is awaited any more. */
  async open(staff: string, tag: string, scope: Scope = "shared"): Promise<void> {
    await this.begin(staff, tag, scope);
    await this.complete();
  }

  /** The same without waiting for any source. */
  async begin(staff: string, tag: string, scope: Scope = "shared"): Promise<void> {
    await this.signIn(staff);
    const { personal_number } = person(tag);
    await this.search(personal_number, scope);
    await this.shows(personal_number);
  }

  /** The banner is about this number. */
  async shows(number: string): Promise<void> {
    await expect(this.banner().getByText(spoken(number))).toBeVisible();
  }

  /** Nothing is awaited any more. */
  async complete(): Promise<void> {
    await expect(this.page.locator('main [data-state="waiting"]')).toHaveCount(0, { timeout: 30_000 });
  }

  /** The script, where it runs, has taken the page in hand; so a form asks for the page that fills itself. */
  async armed(): Promise<void> {
    if (this.script) await expect(this.page.locator("form.search [data-live]")).toBeEnabled();
  }

  banner(): Locator {
    return this.page.getByRole("region", { name: "Patient" });
  }

  /** A card, or the care limits, by the name of its section. */
  section(name: string): Locator {
    return this.page.locator(`[data-section="${name}"]`);
  }

  badge(kind: string): Locator {
    return this.page.locator(`[data-badge="${kind}"]`);
  }

  completeness(): Locator {
    return this.page.getByRole("region", { name: "Fullständighet" });
  }

  /** No patient's name, number or content is anywhere in the document. */
  async saysNothingAboutAnybody(tag: string): Promise<void> {
    const { name, personal_number } = person(tag);
    const source = await this.page.content();
    for (const secret of [name, personal_number, spoken(personal_number), "data-section"]) {
      expect(source).not.toContain(secret);
    }
  }
}

export const test = base.extend<DemoOptions & { portal: Portal }>({
  demo: ["plain", { option: true }],
  baseURL: async ({ demo }, use) => {
    const address = process.env[addressVariable(demo)];
    if (!address) throw new Error(`the demo ${demo} was not started`);
    await use(address);
  },
  portal: async ({ page, baseURL, javaScriptEnabled }, use) => {
    await use(new Portal(page, baseURL ?? "", javaScriptEnabled !== false));
  },
});

/** For what only the script does, or only a page without it. */
export const onlyWithScript = () =>
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "what the script adds");
export const onlyWithoutScript = () =>
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled !== false, "what a page without script does");

export { expect };
