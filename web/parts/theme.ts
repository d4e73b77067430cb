import { useEffect, useState } from 'preact/hooks';

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** The present theme of the system. A component that uses this is drawn again when the theme changes. */
export function useTheme(): 'dark' | 'light' {
  const [isDark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const listen = (): void => setDark(DARK.matches);
    DARK.addEventListener('change', listen);
    return () => DARK.removeEventListener('change', listen);
  }, []);
  return isDark ? 'dark' : 'light';
}

/**
 * A custom property of the style sheet as a color for a canvas. Only a real property such as `color` resolves
 * `light-dark()`.
 */
export function colorOf(property: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
