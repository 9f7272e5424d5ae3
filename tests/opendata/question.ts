// What the generated client is asked: the French titles of the worksites, each with the names of its sectors.
// It is compiled strictly: a field that the description leaves without a type does not pass.
import createClient from "openapi-fetch";
import type { components, paths } from "./portal.js";

type Worksite = components["schemas"]["Worksite"];

const client = createClient<paths>({ baseUrl: process.argv[2] });
const [worksites, sectors] = await Promise.all([client.GET("/data/worksites.json"), client.GET("/data/sectors.json")]);
if (!worksites.data || !sectors.data) throw new Error("No answer.");

const names = new Map(sectors.data.items.map((sector) => [sector.code, sector.name.fr]));
const told = (worksite: Worksite): [string, (string | undefined)[]] => [
	worksite.title.fr,
	worksite.sectors.map((link) => names.get(link.sector)),
];
// @ts-expect-error – “any” and “unknown” would let a field pass that no worksite has.
worksites.data.items[0]?.progress;
// @ts-expect-error – nor is there a third language.
worksites.data.items[0]?.title.de;
console.log(JSON.stringify(worksites.data.items.map(told)));
