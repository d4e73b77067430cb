import type { JSX } from 'preact';

/** A failure as Jest prints it. The report has no colors any more, so each line gets a class by its text. */
export function Report({ text }: { readonly text: string }): JSX.Element {
  return (
    <pre class="report">
      {text.split('\n').map((line, at) => (
        <span key={at} class={classOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function classOf(line: string): string {
  if (/^\s*>\s*\d+ \|/.test(line)) return 'line-here';
  if (/^\s*\|\s*\^+\s*$/.test(line)) return 'line-pointer';
  if (/^\s*\d+ \|/.test(line)) return 'line-code';
  if (/^\s*(?:-\s|Expected\b)/.test(line)) return 'line-expected';
  if (/^\s*(?:\+\s|Received\b)/.test(line)) return 'line-received';
  if (/^\s*at .*(?:node_modules|node:internal|<anonymous>)/.test(line)) return 'line-foreign';
  return '';
}
