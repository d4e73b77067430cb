import * as fs from 'node:fs';

/** Names the container this process runs in, as its runtime does where that can be told; null when it is in none. */
export function containerName(
  read = (file: string): string | null => {
    try {
      return fs.readFileSync(file, 'utf8');
    } catch {
      return null;
    }
  },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
  const pod = environment['KUBERNETES_SERVICE_HOST'] === undefined ? undefined : environment['HOSTNAME'];
  if (pod !== undefined) return pod;
  // Docker and containerd name it in what is mounted, or in the control group.
  const places = `${read('/proc/self/mountinfo') ?? ''}\n${read('/proc/self/cgroup') ?? ''}`;
  const id = /\/(?:containers|docker|libpod|cri-containerd)[/-]([0-9a-f]{64})/.exec(places)?.[1];
  if (id !== undefined) return id.slice(0, 12);
  return read('/.dockerenv') !== null || read('/run/.containerenv') !== null ? 'a container' : null;
}
