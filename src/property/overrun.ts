/**
 * Thrown out of a draw when the choices of an input run out. Not an Error: it is thrown often, and making a stack takes
 * time. It passes through fast-check and the user's property, and is recognized by identity.
 */
export const OVERRUN: { readonly name: string } = Object.freeze({ name: 'fuzz-runner: the choices ran out' });
