import type { JSX } from 'preact';

export interface Stat {
  readonly label: string;
  readonly value: string;
  /** A tooltip that says what exactly is counted. */
  readonly title: string;
  readonly tone?: 'bad';
}

/** A row of figures. Each has its name above it. */
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
