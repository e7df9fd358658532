// Who can sign in and who can be looked up, as the binary itself lists them.
//
// Invariant: no number of a person is written in a test; a tag is.
import { execFileSync } from "node:child_process";
import { binary, NOON } from "./start.ts";

export interface Person {
  name: string;
  personal_number: string;
  organisation: string;
  shows: string[];
}

export interface Staff {
  id: string;
  name: string;
  role: string;
  organisation: string;
}

let list: { people: Person[]; staff: Staff[] } | undefined;

function listed() {
  list ??= JSON.parse(execFileSync(binary(), ["demo", "--list", "--clock", NOON], { encoding: "utf8" }));
  return list!;
}

/** Every person with the tag. */
export function people(tag: string): Person[] {
  return listed().people.filter((person) => person.shows.includes(tag));
}

/** The first person with the tag. */
export function person(tag: string): Person {
  const found = people(tag)[0];
  if (!found) throw new Error(`nobody in the demo shows ${tag}`);
  return found;
}

export function staff(id: string): Staff {
  const found = listed().staff.find((member) => member.id === id);
  if (!found) throw new Error(`nobody called ${id} can sign in`);
  return found;
}

/** As it stands on the page: 19121212-1212. */
export function spoken(number: string): string {
  return `${number.slice(0, 8)}-${number.slice(8)}`;
}
