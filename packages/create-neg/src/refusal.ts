/** What the user can mend: said in a line, without a stack trace. */
export class Refusal extends Error {}
