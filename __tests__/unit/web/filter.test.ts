import { describe, expect, test } from '@jest/globals';
import { parseFilter } from '../../../web/logic/filter';
import { targetEvent } from './events';

const targets = [
  targetEvent('List keeps order', { file: 'src/list.test.ts', failures: 2 }),
  targetEvent('Map keeps order', { file: 'src/map.test.ts', status: 'waiting', stability: 1 }),
  targetEvent('parses (a|b)', { file: 'src/regexp.test.ts', status: 'blocked', stability: 0.9 }),
].map((event) => event.target);

describe('parseFilter', () => {
  test.each<[string, string[]]>([
    ['', ['List', 'Map', 'parses']],
    ['   ', ['List', 'Map', 'parses']],
    ['keeps', ['List', 'Map']],
    ['KEEPS list', ['List']],
    ['list keeps', ['List']],
    ['"keeps order"', ['List', 'Map']],
    ['"order keeps"', []],
    ['"keeps or', ['List', 'Map']],
    ['!list', ['Map', 'parses']],
    ['!"keeps order"', ['parses']],
    ['src/map', ['Map']],
    ['(a|b)', ['parses']],
    ['.*', []],
    ['status:waiting', ['Map']],
    ['status:w', ['Map']],
    ['Status:Blocked', ['parses']],
    ['!status:fuzzing', ['Map', 'parses']],
    ['status:nonsense', []],
    ['is:failing', ['List']],
    ['!is:failing keeps', ['Map']],
    ['is:passing', ['Map', 'parses']],
    ['is:unstable', ['List', 'parses']],
    ['is:nonsense', []],
  ])('%s', (text, expected) => {
    const found = targets.filter(parseFilter(text)).map((target) => target.testName.split(' ')[0]);
    expect(found).toEqual(expected);
  });
});
