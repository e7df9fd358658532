// What decides must be seen without scrolling: who, what warns, what limits, who was not checked, what glows.
//
// Sizes of quality.md: a phone, a small and a usual desk screen. On a phone a badge may go on below, when its name is seen.
import { person } from "../portal/people.ts";
import type { Locator } from "@playwright/test";
import { expect, test } from "../portal/portal.ts";

/** So much of a badge that its name can be read. */
const LINE = 20;

const SCREENS = [
  { width: 390, height: 844 },
  { width: 1024, height: 768 },
  { width: 1280, height: 1024 },
];

const CASES = [
  { tag: "everything", demo: "plain" },
  { tag: "conflict", demo: "plain" },
  { tag: "everything", demo: "silent" },
  { tag: "conflict", demo: "silent" },
] as const;

for (const { tag, demo } of CASES) {
  test.describe(`${tag}, ${demo}`, () => {
    test.use({ demo });

    test("what decides lies inside the first window of every screen", async ({ page, portal }) => {
      await portal.open("doctor", tag);
      for (const screen of SCREENS) {
        await page.setViewportSize(screen);
        await page.evaluate(() => scrollTo(0, 0));
        const phone = screen.width < 600;
        const limits = portal.section("care-limits");
        const positions = limits.getByRole("article");
        const parts = [
          portal.banner().getByRole("heading", { level: 1, name: person(tag).name }),
          ...(await page.locator(".alert-line").all()),
          ...(await limits.locator(".limit-banner").all()),
          ...(await limits.locator(".no-position").all()),
        ];
        for (const position of (await positions.all()).slice(0, 2)) {
          parts.push(position.locator(".validity"), position.getByRole("heading", { level: 3 }));
        }
        const below: string[] = [];
        const check = async (part: Locator, only: "whole" | "begin") => {
          const box = (await part.boundingBox())!;
          const end = only === "whole" ? box.y + box.height : box.y + LINE;
          const inside = box.y >= 0 && box.x >= 0 && end <= screen.height && box.x + box.width <= screen.width;
          if (!inside) below.push(`${Math.round(box.y)}–${Math.round(box.y + box.height)} px: ${await part.innerText()}`);
        };
        for (const part of parts) await check(part, "whole");
        for (const badge of await page.locator(".badge").all()) await check(badge, phone ? "begin" : "whole");
        expect(below, `${screen.width}×${screen.height}`).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `no sideways scrolling at ${screen.width}`).toBeLessThanOrEqual(screen.width);
      }
    });
  });
}
