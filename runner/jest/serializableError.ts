/** A thrown value, which may be anything, in the form of an error that Jest accepts. */
export function asSerializableError(error: unknown): { message: string; stack: string } {
  const shape = error as { message?: unknown; stack?: unknown } | null | undefined;
  const message = typeof shape?.message === 'string' ? shape.message : String(error);
  const stack = typeof shape?.stack === 'string' ? shape.stack : message;
  return { message, stack };
}
