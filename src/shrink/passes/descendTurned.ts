import type { ChoiceValue } from '../../choice/choices';
import type { Span, Track } from '../../property/recording';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { childrenOf, isBelow } from '../attempts/spanTree';

/** The pass ends after this many candidates for one track. */
const MAX_TRIED = 24;

/**
 * As `descend`, and also exchanges two neighbors that the same arbitrary generated. This is for trees that fail in one
 * orientation only: `sortSiblings` has put their siblings in order. It is the last pass because it seldom helps.
 */
export function* descendTurned(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    let tried = 0;
    for (const { span, part } of hoistsOf(attempts.track(path))) {
      const track = attempts.track(path);
      for (const pair of neighborsOf(track)) {
        const candidate = hoisted(track, span, part, pair);
        if (candidate === null) continue;
        tried += 1;
        // After a success the rest of the list is out of date: it was made for the previous best input.
        if (tried > MAX_TRIED || (yield* attempts.attemptTrack(path, candidate))) return;
      }
    }
  }
}

/** Spans, each with a smaller span inside of it that could take its place. */
function hoistsOf(track: Track): { readonly span: Span; readonly part: Span }[] {
  const { spans } = track;
  return spans.flatMap((span, place) =>
    spans
      .filter(
        (part, below) =>
          part.arbitrary === span.arbitrary &&
          part.end - part.start < span.end - span.start &&
          part.end - part.start > 1 &&
          isBelow(track, below, place),
      )
      .map((part) => ({ span, part })),
  );
}

/** Neighbors that the same arbitrary generated and that are not equal. */
function neighborsOf(track: Track): (readonly [Span, Span])[] {
  const pairs: (readonly [Span, Span])[] = [];
  for (let parent = -1; parent < track.spans.length; parent += 1) {
    const children = childrenOf(track, parent).filter(({ start, end }) => end > start);
    for (let index = 0; index + 1 < children.length; index += 1) {
      const [first, second] = [children[index]!, children[index + 1]!];
      if (first.arbitrary !== second.arbitrary || first.end !== second.start) continue;
      if (valuesOf(track, first).join() !== valuesOf(track, second).join()) pairs.push([first, second]);
    }
  }
  return pairs;
}

/**
 * The track with `part` in the place of `span` and the pair exchanged; null if the pair does not remain in the track.
 */
function hoisted(track: Track, span: Span, part: Span, [first, second]: readonly [Span, Span]): ChoiceValue[] | null {
  const turned = [...valuesOf(track, second), ...valuesOf(track, first)];
  const all = track.nodes.map(({ value }) => value);
  if (first.start >= part.start && second.end <= part.end) {
    all.splice(first.start, turned.length, ...turned);
    return [...all.slice(0, span.start), ...all.slice(part.start, part.end), ...all.slice(span.end)];
  }
  if (first.start < span.end && second.end > span.start) return null;
  all.splice(first.start, turned.length, ...turned);
  all.splice(span.start, span.end - span.start, ...valuesOf(track, part));
  return all;
}

function valuesOf(track: Track, { start, end }: Span): ChoiceValue[] {
  return track.nodes.slice(start, end).map(({ value }) => value);
}
