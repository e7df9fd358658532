// The question as this adapter's manifest makes it: its origin, slot and setting by name.

import type { AskOf } from "samsyn-adapter";
import type manifest from "../manifest.json";

export type Ask = AskOf<typeof manifest>;
