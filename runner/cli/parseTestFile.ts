import { parse, type ParserPlugin } from '@babel/parser';
import type { Node } from '../../src/patch/syntaxTree';

/**
 * Parses a test file for `patchTestFile`, with Babel's parser: it reads TypeScript and JSX, and every Jest installs it.
 * The file extension decides which language it is. Throws a SyntaxError with line and column.
 */
export function parseTestFile(text: string, file: string): Node {
  const plugins: ParserPlugin[] = ['decorators-legacy', 'decoratorAutoAccessors', 'explicitResourceManagement'];
  // In a `.ts` file `<T>x` is a type assertion.
  if (/\.[cm]?tsx?$/.test(file)) plugins.push('typescript');
  if (!/\.[cm]?ts$/.test(file)) plugins.push('jsx');
  return parse(text, {
    sourceType: 'unambiguous',
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowNewTargetOutsideFunction: true,
    allowUndeclaredExports: true,
    createParenthesizedExpressions: true,
    createImportExpressions: true,
    plugins,
  }) as unknown as Node;
}
