import * as fs from 'node:fs';

/**
 * Returns the name of the container that this process runs in: its pod in Kubernetes, the short id that Docker and
 * Podman show, or "a container" when neither is known. null outside of a container. `read` returns null for a missing
 * file.
 */
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
  // The id is part of the paths that Docker and containerd mount, or of the name of the control group.
  const places = `${read('/proc/self/mountinfo') ?? ''}\n${read('/proc/self/cgroup') ?? ''}`;
  const id = /\/(?:containers|docker|libpod|cri-containerd)[/-]([0-9a-f]{64})/.exec(places)?.[1];
  if (id !== undefined) return id.slice(0, 12);
  return read('/.dockerenv') !== null || read('/run/.containerenv') !== null ? 'a container' : null;
}
