// The emergency sheet as the printer gets it.
import { expect, test } from "../portal/portal.ts";

test("the emergency sheet fits one page of A4 also for somebody with everything", async ({ page, portal }) => {
  await portal.open("ambulance", "everything");
  await page.locator("#print-menu > summary").click();
  await page.getByRole("button", { name: "Akutblad" }).click();
  await expect(page.locator(".sheet-head")).toBeVisible();
  const paper = await page.pdf({ preferCSSPageSize: true });
  const pages = /\/Type\s*\/Pages[^>]*?\/Count (\d+)|\/Count (\d+)[^>]*?\/Type\s*\/Pages/.exec(paper.toString("latin1"));
  expect(pages?.[1] ?? pages?.[2]).toBe("1");
});
