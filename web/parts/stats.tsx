import type { JSX } from 'preact';

export interface Stat {
  readonly label: string;
  readonly value: string;
  /** What exactly is counted. */
  readonly title: string;
  readonly tone?: 'bad';
}

/** A row of figures, each under its name. */
export function Stats({ stats }: { readonly stats: readonly Stat[] }): JSX.Element {
  return (
    <dl class="stats">
      {stats.map((stat) => (
        <div key={stat.label} title={stat.title}>
          <dt>{stat.label}</dt>
          <dd class={stat.tone ?? ''}>{stat.value}</dd>
        </div>
      ))}
    </dl>
  );
}
