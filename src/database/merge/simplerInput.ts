import type { Choices } from '../../choice/choices';
import { fromBlob } from '../../choice/encoding';
import { compareChoices } from '../../choice/order';
import type { FailureSnapshot } from '../../protocol/failure';

/**
 * Negative when the input of `a` is simpler than that of `b`, in the order that shrinking uses. Inputs that this
 * version cannot read come last; among them, those with fewer choices come first. A total order of blobs.
 */
export function compareInputs(a: FailureSnapshot, b: FailureSnapshot): number {
  if (a.blob === b.blob) return a.choices - b.choices;
  const [one, other] = [read(a.blob), read(b.blob)];
  const byText = a.blob < b.blob ? -1 : 1;
  if (one === null || other === null) {
    return Number(one === null) - Number(other === null) || a.choices - b.choices || byText;
  }
  return compareChoices(one, other) || byText;
}

function read(blob: string): Choices | null {
  try {
    return fromBlob(blob);
  } catch {
    return null;
  }
}
