import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface CopyButtonProps {
  /** The text on the button: "Copy input". */
  readonly label: string;
  readonly text: string;
}

const SHOWN_MS = 1500;

export function CopyButton({ label, text }: CopyButtonProps): JSX.Element | null {
  const [outcome, setOutcome] = useState('');
  if (text === '') return null;
  const onClick = async (): Promise<void> => {
    setOutcome((await copy(text)) ? 'Copied' : 'Select and copy by hand');
    setTimeout(() => setOutcome(''), SHOWN_MS);
  };
  return (
    <button type="button" class="copy" onClick={() => void onClick()} aria-live="polite">
      {outcome === '' ? label : outcome}
    </button>
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser offers the clipboard only to pages of localhost and https.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr-only';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
