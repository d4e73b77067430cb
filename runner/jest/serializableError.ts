/** An error as Jest takes it; anything may be thrown. */
export function asSerializableError(error: unknown): { message: string; stack: string } {
  const shape = error as { message?: unknown; stack?: unknown } | null | undefined;
  const message = typeof shape?.message === 'string' ? shape.message : String(error);
  const stack = typeof shape?.stack === 'string' ? shape.stack : message;
  return { message, stack };
}
