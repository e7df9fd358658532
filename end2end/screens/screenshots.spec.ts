// The two pictures of the README. Made with SAMSYN_SCREENSHOTS=renew; otherwise they must exist.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "../portal/portal.ts";

const picture = (name: string) => fileURLToPath(new URL(`../screenshots/${name}.png`, import.meta.url));
const renew = process.env.SAMSYN_SCREENSHOTS === "renew";

for (const { name, width, height, shown } of [
  { name: "overview-wide", width: 1440, height: 900, shown: 1500 },
  { name: "overview-phone", width: 390, height: 844, shown: 1700 },
]) {
  test(`${name} exists`, async ({ page, portal }) => {
    if (renew) {
      await page.setViewportSize({ width, height });
      await portal.open("doctor", "everything");
      await page.screenshot({ path: picture(name), fullPage: true, clip: { x: 0, y: 0, width, height: shown } });
    }
    expect(existsSync(picture(name)), `SAMSYN_SCREENSHOTS=renew npx playwright test screenshots`).toBe(true);
  });
}
