import type { JSX } from 'preact';
import type { Route } from '../logic/route';
import { adjust, route } from './navigation';

/** The two switches of a chart. Both are part of the URL. */
export function ChartOptions(): JSX.Element {
  return (
    <div class="options">
      <Switch
        name="x"
        label="Along"
        options={[
          ['time', 'time'],
          ['inputs', 'inputs'],
        ]}
      />
      <Switch
        name="scale"
        label="Scale"
        options={[
          ['linear', 'linear'],
          ['log', 'log'],
        ]}
      />
    </div>
  );
}

interface SwitchProps<Name extends 'x' | 'scale'> {
  readonly name: Name;
  readonly label: string;
  readonly options: readonly (readonly [Route[Name], string])[];
}

function Switch<Name extends 'x' | 'scale'>({ name, label, options }: SwitchProps<Name>): JSX.Element {
  return (
    <div class="switch" role="group" aria-label={label}>
      {options.map(([value, text]) => (
        <button
          key={value}
          type="button"
          aria-pressed={route.value[name] === value}
          onClick={() => adjust({ [name]: value })}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
