// A part of the page that was drawn for another patient: nothing is shown any more.
import { expect, onlyWithScript, test } from "../portal/portal.ts";

onlyWithScript();

test("a part that carries another patient's tag empties the page", async ({ page, portal }) => {
  await portal.open("doctor", "everything");
  const other = "0".repeat(64);
  await page.route("**/overview/*", async (route) => {
    const reply = await route.fetch();
    const body = await reply.text();
    const own = /<body [^>]*data-of="([0-9a-f]{64})"/.exec(body)?.[1];
    expect(own).toBeTruthy();
    const parts = body.match(/<template data-for="[^"]+" data-of="[0-9a-f]{64}"/g) ?? [];
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(part).toContain(own);
    const last = parts.at(-1)!;
    const at = body.lastIndexOf(last);
    await route.fulfill({ response: reply, body: body.slice(0, at) + last.replace(own!, other) + body.slice(at + last.length) });
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Sidan går inte att lita på" })).toBeVisible();
  await portal.saysNothingAboutAnybody("everything");
});
